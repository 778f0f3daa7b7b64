/** Reads and writes what an element says beside BPMN: its properties, and what it refers to. Each write is one command. */

export type Properties = Record<string, string | undefined>;

export interface Services {
  modeling: any;
  bpmnFactory: any;
  together: any;
  canvas: any;
}

/** The process that a pool or the whole drawing stands for, else the element's own object. */
export function objectOf(element: any): any {
  const own = element.businessObject;
  if (own.$type === "bpmn:Collaboration") {
    return own.participants?.find((one: any) => one.processRef)?.processRef ?? own;
  }
  return own.$type === "bpmn:Participant" ? own.processRef : own;
}

/** What the file says of an element in elements of their own: the loop, what an event waits for. */
export function partsOf(object: any): any[] {
  return [object, object?.loopCharacteristics, ...(object?.eventDefinitions ?? [])].filter((one) => one);
}

export function isA(element: any, ...types: string[]): boolean {
  return types.some((type) => element?.businessObject?.$instanceOf?.(type));
}

export function propertiesOf(object: any): Record<string, string> {
  const found: Record<string, string> = {};
  for (const holder of object?.extensionElements?.values ?? []) {
    if (/^(camunda|flowable|activiti):properties$/i.test(holder.$type)) {
      for (const one of holder.values ?? holder.$children ?? []) {
        if (one.name) {
          found[one.name] = one.value ?? "";
        }
      }
    }
  }
  return found;
}

/** An object's extension elements with properties changed; those changed to nothing are left out. */
export function withProperties(bpmnFactory: any, object: any, changes: Properties): any {
  const kept = { ...propertiesOf(object), ...changes };
  const values = Object.entries(kept)
    .filter(([, value]) => value !== undefined && value !== "")
    .map(([name, value]) => bpmnFactory.create("camunda:Property", { name, value }));
  const others = (object?.extensionElements?.values ?? []).filter(
    (one: any) => !/^(camunda|flowable|activiti):properties$/i.test(one.$type),
  );
  const holder = values.length ? [bpmnFactory.create("camunda:Properties", { values })] : [];
  if (!others.length && !holder.length) {
    return undefined;
  }
  const extension = bpmnFactory.create("bpmn:ExtensionElements", { values: [...others, ...holder] });
  extension.$parent = object;
  for (const one of extension.values) {
    one.$parent = extension;
  }
  return extension;
}

export function write(services: Services, element: any, attributes: Record<string, unknown>, properties: Properties = {}): void {
  const object = objectOf(element);
  const changes = Object.keys(properties).length
    ? { ...attributes, extensionElements: withProperties(services.bpmnFactory, object, properties) }
    : attributes;
  if (object === element.businessObject) {
    services.modeling.updateProperties(element, changes);
  } else {
    services.modeling.updateModdleProperties(element, object, changes);
  }
}

export function expression(bpmnFactory: any, parent: any, body: string): any {
  const created = bpmnFactory.create("bpmn:FormalExpression", { body });
  created.$parent = parent;
  return created;
}

/** What `definitions` declares under a name; it is added where it is not there yet. */
export function declared(services: Services, element: any, type: string, name: string, attribute: string): any {
  const definitions = definitionsOf(services);
  const found = definitions.rootElements.find((one: any) => one.$type === type && one.get(attribute) === name);
  if (found) {
    return found;
  }
  const created = services.bpmnFactory.create(type, { name, [attribute]: name });
  created.$parent = definitions;
  services.modeling.updateModdleProperties(element, definitions, { rootElements: [...definitions.rootElements, created] });
  return created;
}

export function definitionsOf(services: Services): any {
  let object = services.canvas.getRootElement().businessObject;
  while (object.$parent) {
    object = object.$parent;
  }
  return object;
}
