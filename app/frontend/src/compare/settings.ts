/** What a model says of one element, as texts by the names of its settings. */
export type Settings = Map<string, string>;

const ATTRIBUTES = [
  "assignee", "candidateUsers", "candidateGroups", "dueDate", "formKey", "formRef", "delegateExpression", "decisionRef",
  "resultVariable", "mapDecisionResult",
];
/** The settings that name another element by its id. */
export const REFERRING = new Set(["source", "target", "default", "attachedTo"]);
const OWN = ["calledElement", "script", "triggeredByEvent"];

/** Return the settings of an element; `lane` is what the lane in which it stands is called. */
export function settingsOf(element: any, lane: string | undefined): Settings {
  const found: Settings = new Map();
  const put = (name: string, value: unknown) => {
    const text = value === undefined || value === null || value === false ? "" : String(value).trim();
    if (text) {
      found.set(name, found.has(name) ? `${found.get(name)}\n${text}` : text);
    }
  };
  put("name", element.name);
  put("element", element.$type);
  put("lane", lane);
  for (const name of ATTRIBUTES) {
    put(name, element.get(`camunda:${name}`));
  }
  for (const name of OWN) {
    put(name, element[name]);
  }
  put("source", element.sourceRef?.id);
  put("target", element.targetRef?.id);
  put("default", element.default?.targetRef?.id);
  put("attachedTo", element.attachedToRef?.id);
  put("condition", element.conditionExpression?.body);
  if (element.$type === "bpmn:BoundaryEvent") {
    put("cancelActivity", String(element.cancelActivity));
  }
  for (const one of element.documentation ?? []) {
    put("documentation", one.text);
  }
  for (const definition of element.eventDefinitions ?? []) {
    putEvent(definition, put);
  }
  putLoop(element.loopCharacteristics, put);
  for (const extension of element.extensionElements?.values ?? []) {
    putExtension(extension, put);
  }
  const process = element.processRef;
  if (process) {
    for (const [name, value] of settingsOf(process, undefined)) {
      if (name !== "name" && name !== "element") {
        put(name, value);
      }
    }
  }
  return found;
}

/** Return what people call an element: its name, or its id. */
export function called(element: any): string | undefined {
  return element && (element.name || element.id);
}

function putEvent(definition: any, put: (name: string, value: unknown) => void): void {
  const kind = definition.$type.replace("bpmn:", "").replace("EventDefinition", "").toLowerCase();
  const timer = definition.timeDuration ?? definition.timeDate ?? definition.timeCycle;
  const referred = definition.messageRef ?? definition.signalRef ?? definition.errorRef ?? definition.escalationRef;
  if (kind === "conditional") {
    put("condition", definition.condition?.body);
  } else if (kind === "timer") {
    put("timer", timer?.body);
  } else {
    put(kind, referred?.errorCode ?? referred?.escalationCode ?? referred?.name ?? definition.name ?? "true");
  }
  put("delegateExpression", definition.get("camunda:delegateExpression"));
}

function putLoop(loop: any, put: (name: string, value: unknown) => void): void {
  if (!loop) {
    return;
  }
  put("collection", loop.get("camunda:collection"));
  put("elementVariable", loop.get("camunda:elementVariable"));
  put("isSequential", String(loop.isSequential ?? false));
  put("loopCardinality", loop.loopCardinality?.body);
  put("completionCondition", loop.completionCondition?.body);
}

function putExtension(extension: any, put: (name: string, value: unknown) => void): void {
  const type = extension.$type;
  if (type === "camunda:Properties") {
    for (const one of extension.values ?? []) {
      put(one.name, one.value);
    }
  } else if (type === "camunda:InputOutput") {
    for (const [name, several] of [["input", extension.inputParameters], ["output", extension.outputParameters]] as const) {
      for (const one of several ?? []) {
        put(name, `${one.name} = ${one.value ?? one.definition?.value ?? ""}`);
      }
    }
  } else if (type === "camunda:FormData") {
    for (const one of extension.fields ?? []) {
      put("formData", `${one.label ?? one.id}（${one.type}）`);
    }
  } else if (type === "camunda:In" || type === "camunda:Out") {
    const from = extension.source ?? extension.sourceExpression ?? extension.variables ?? "";
    put(type === "camunda:In" ? "input" : "output", `${extension.target ?? ""} = ${from}`);
  } else {
    put("other", type);
  }
}
