/** What is said of everything that no person does: the flow itself, its start, events, services, calls. */
import { calendarOf, isoOf, spanOf, type Span } from "../durations";
import { say, told } from "../told";
import { declared, expression, isA, objectOf, propertiesOf, write, type Services } from "../writing";
import { area, choice, note, several, text, type Entry } from "./entries";
import { entriesOfSpan } from "./step";
import { withCurrent } from "./who";

const NONE = { value: "", label: say("none") };

export function entriesOfGeneral(element: any, services: Services): Entry[] {
  const object = objectOf(element);
  const own = element.businessObject;
  return [
    text({
      id: "name",
      label: say("name"),
      get: () => object.name ?? own.name ?? "",
      set: (name) => {
        if (own === object) {
          services.modeling.updateProperties(element, { name: name || undefined });
        } else {
          services.together.do(() => {
            if (isA(element, "bpmn:Participant")) {
              services.modeling.updateProperties(element, { name: name || undefined });
            }
            services.modeling.updateModdleProperties(element, object, { name: name || undefined });
          });
        }
      },
    }),
    note("id", say("id_line", { id: object.id ?? "" })),
  ];
}

export function entriesOfDocumentation(element: any, services: Services): Entry[] {
  const object = objectOf(element);
  return [
    area({
      id: "documentation",
      label: say("documentation"),
      get: () => object.documentation?.[0]?.text ?? "",
      set: (value) => {
        const created = value ? [services.bpmnFactory.create("bpmn:Documentation", { text: value })] : [];
        write(services, element, { documentation: created });
      },
      rows: 3,
    }),
  ];
}

export function entriesOfStart(element: any, services: Services): Entry[] {
  const { starters = "" } = propertiesOf(element.businessObject);
  if (element.businessObject.eventDefinitions?.length) {
    return isA(element.parent, "bpmn:SubProcess") ? [] : [note("started-by-event", say("started_by_event"))];
  }
  return [
    several({
      id: "starters",
      label: say("starters"),
      get: () => starters.split(",").map((one) => one.trim()).filter((one) => one),
      set: (all) => write(services, element, {}, { starters: all.join(",") || undefined }),
      options: told.vocabulary.posts,
      description: say("starters_help"),
    }),
  ];
}

const REFERRED: Record<string, [type: string, attribute: string, reference: string]> = {
  "bpmn:MessageEventDefinition": ["bpmn:Message", "name", "messageRef"],
  "bpmn:SignalEventDefinition": ["bpmn:Signal", "name", "signalRef"],
  "bpmn:ErrorEventDefinition": ["bpmn:Error", "errorCode", "errorRef"],
  "bpmn:EscalationEventDefinition": ["bpmn:Escalation", "escalationCode", "escalationRef"],
};

export function entriesOfEvent(element: any, services: Services): Entry[] {
  const object = element.businessObject;
  const definition = object.eventDefinitions?.[0];
  if (isA(element, "bpmn:SendTask", "bpmn:ReceiveTask")) {
    return entriesOfReference(element, object, "bpmn:MessageEventDefinition", services);
  }
  if (!definition) {
    return [];
  }
  if (definition.$type === "bpmn:TimerEventDefinition") {
    return entriesOfTimer(element, definition, services);
  }
  if (definition.$type === "bpmn:ConditionalEventDefinition") {
    return [
      area({
        id: "event-condition",
        label: say("event_condition"),
        get: () => definition.condition?.body ?? "",
        set: (body) => services.modeling.updateModdleProperties(element, definition, { condition: expression(services.bpmnFactory, definition, body) }),
        description: say("expression_help"),
      }),
    ];
  }
  if (definition.$type === "bpmn:LinkEventDefinition") {
    return [
      text({
        id: "link",
        label: say("link_name"),
        get: () => definition.name ?? "",
        set: (name) => services.modeling.updateModdleProperties(element, definition, { name: name || undefined }),
      }),
    ];
  }
  return entriesOfReference(element, definition, definition.$type, services);
}

function entriesOfReference(element: any, holder: any, kind: string, services: Services): Entry[] {
  const referred = REFERRED[kind];
  if (!referred) {
    return [];
  }
  const [type, attribute, reference] = referred;
  const entries = [
    text({
      id: "event-name",
      label: say(`name_of_${type.replace("bpmn:", "").toLowerCase()}`),
      get: () => holder[reference]?.get(attribute) ?? holder[reference]?.name ?? "",
      set: (name) =>
        services.together.do(() => {
          const found = name ? declared(services, element, type, name, attribute) : undefined;
          services.modeling.updateModdleProperties(element, holder, { [reference]: found });
        }),
    }),
  ];
  if (type === "bpmn:Message") {
    const { correlation = "" } = propertiesOf(element.businessObject);
    entries.push(
      text({
        id: "correlation",
        label: say("correlation"),
        get: () => correlation,
        set: (value) => write(services, element, {}, { correlation: value || undefined }),
        description: say("correlation_help"),
      }),
    );
  }
  return entries;
}

function entriesOfTimer(element: any, definition: any, services: Services): Entry[] {
  const { calendar } = propertiesOf(element.businessObject);
  const form = definition.timeDate ? "timeDate" : definition.timeCycle ? "timeCycle" : "timeDuration";
  const body: string = definition[form]?.body ?? "";
  const put = (name: string, value: string, working: string | undefined): void =>
    services.together.do(() => {
      const changes: Record<string, unknown> = { timeDate: undefined, timeDuration: undefined, timeCycle: undefined };
      changes[name] = expression(services.bpmnFactory, definition, value);
      services.modeling.updateModdleProperties(element, definition, changes);
      if (working !== calendar) {
        write(services, element, {}, { calendar: working });
      }
    });
  const entries: Entry[] = [
    choice({
      id: "timer-form",
      label: say("timer_form"),
      get: () => form,
      set: (name) => put(name, { timeDate: "", timeCycle: "R3/P1D" }[name] ?? "P1D", name === "timeDuration" ? "working" : undefined),
      options: () => ["timeDuration", "timeDate", "timeCycle"].map((value) => ({ value, label: say(value) })),
    }),
  ];
  if (form === "timeDuration") {
    const span = spanOf(body, calendar);
    const set = (next: Span): void => put("timeDuration", isoOf(next), calendarOf(next.unit, calendar));
    entries.push(...entriesOfSpan("timer", span, body, set, ["working", "natural", "hours", "minutes", "text"]));
  } else {
    entries.push(
      text({ id: "timer-text", label: say(form), get: () => body, set: (value) => put(form, value, calendar), description: say(`${form}_help`) }),
    );
  }
  return entries;
}

export function entriesOfAutomatic(element: any, services: Services): Entry[] {
  const object = element.businessObject;
  if (isA(element, "bpmn:ScriptTask")) {
    return [
      area({
        id: "script",
        label: say("script"),
        get: () => object.script ?? "",
        set: (script) => write(services, element, { script, scriptFormat: object.scriptFormat ?? "python" }),
        description: say("script_help"),
        rows: 4,
      }),
    ];
  }
  if (isA(element, "bpmn:ServiceTask") || (isA(element, "bpmn:SendTask") && !object.messageRef)) {
    const written: string = object.get("camunda:delegateExpression") ?? object.get("camunda:topic") ?? object.get("camunda:expression") ?? object.get("camunda:class") ?? "";
    const current = written.replace(/^\$\{|\}$/g, "");
    return [
      choice({
        id: "service",
        label: say("service"),
        get: () => current,
        set: (name) =>
          write(services, element, {
            "camunda:delegateExpression": name ? "$" + `{${name}}` : undefined,
            "camunda:topic": undefined,
            "camunda:type": undefined,
            "camunda:class": undefined,
            "camunda:expression": undefined,
            "camunda:asyncBefore": told.vocabulary.slow_services.includes(name) ? true : undefined,
          }),
        options: () => [NONE, ...withCurrent(told.vocabulary.services, current)],
        description: say("service_help"),
      }),
    ];
  }
  if (isA(element, "bpmn:BusinessRuleTask")) {
    const current: string = object.get("camunda:decisionRef") ?? "";
    return [
      choice({
        id: "decision-table",
        label: say("decision_table"),
        get: () => current,
        set: (value) => write(services, element, { "camunda:decisionRef": value || undefined }),
        options: () => [NONE, ...withCurrent(tables(), current)],
      }),
      text({
        id: "result-variable",
        label: say("result_variable"),
        get: () => object.get("camunda:resultVariable") ?? "",
        set: (value) => write(services, element, { "camunda:resultVariable": value || undefined }),
      }),
    ];
  }
  if (isA(element, "bpmn:CallActivity")) {
    return [
      choice({
        id: "called",
        label: say("called"),
        get: () => object.calledElement ?? "",
        set: (value) => write(services, element, { calledElement: value || undefined }),
        options: () => [NONE, ...withCurrent(told.vocabulary.flows, object.calledElement ?? "")],
      }),
    ];
  }
  return [];
}

function tables(): { value: string; label: string }[] {
  const found: { value: string; label: string }[] = [];
  for (const [name, content] of Object.entries(told.draft.files)) {
    if (name.endsWith(".dmn")) {
      const parsed = new DOMParser().parseFromString(content, "application/xml");
      for (const one of parsed.getElementsByTagNameNS("*", "decision")) {
        const id = one.getAttribute("id") ?? "";
        found.push({ value: id, label: one.getAttribute("name") || id });
      }
    }
  }
  return found;
}
