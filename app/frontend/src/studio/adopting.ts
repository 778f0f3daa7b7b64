/** Makes what another tool wrote this studio's own: an id for each element, and settings under the one name the panel reads. */
import { prefixOf } from "./ids";

const ALIKE = ["http://flowable.org/bpmn", "http://activiti.org/bpmn"];

/** Adopt a drawing; return how many elements had no id. */
export function adopt(definitions: any): number {
  const prefixes = prefixesOf(definitions);
  const all = [...contentOf(definitions)];
  const taken = new Set(all.map((one) => one.id).filter((id) => id));
  let named = 0;
  for (const one of all) {
    for (const [written, value] of Object.entries<string>({ ...one.$attrs })) {
      const [prefix = "", name] = written.split(":");
      if (name && prefixes.includes(prefix)) {
        put(one, written, `camunda:${name}`, value);
      }
    }
    if (!one.id && one.$instanceOf?.("bpmn:FlowElement")) {
      one.id = freeId(prefixOf(one.$type), taken);
      named += one.$instanceOf("bpmn:FlowNode") ? 1 : 0;
    }
  }
  return named;
}

/** What a file calls the namespaces of tools that mean the same by the same names. */
function prefixesOf(definitions: any): string[] {
  return Object.entries(definitions.$attrs)
    .filter(([name, uri]) => name.startsWith("xmlns:") && ALIKE.includes(String(uri)))
    .map(([name]) => name.slice("xmlns:".length));
}

function put(one: any, written: string, name: string, value: string): void {
  if (one.get(name) === undefined || one.get(name) === false) {
    const yesOrNo = one.$descriptor.propertiesByName[name]?.type === "Boolean";
    one.set(name, yesOrNo ? value === "true" : value);
  }
  delete one.$attrs[written];
}

function freeId(prefix: string, taken: Set<string>): string {
  let number = 1;
  while (taken.has(prefix + number)) {
    number += 1;
  }
  taken.add(prefix + number);
  return prefix + number;
}

/** An element and everything that lies in it. */
function* contentOf(element: any): Generator<any> {
  yield element;
  for (const property of element.$descriptor?.properties ?? []) {
    if (property.isReference || property.isAttr || property.isVirtual) {
      continue;
    }
    const value = element.get(property.name);
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one?.$type && one.$descriptor && !one.$descriptor.isGeneric) {
        yield* contentOf(one);
      }
    }
  }
}
