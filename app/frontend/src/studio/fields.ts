/** What conditions and pickers may speak of: the fields of the flow's forms, and what steps have decided. */
import { say, told, type Choice } from "./told";
import { isA, propertiesOf } from "./writing";

export interface Field {
  key: string;
  label: string;
  type: string;
  options: Choice[];
}

const TYPES: Record<string, string> = {
  textfield: "text",
  textarea: "text",
  number: "number",
  checkbox: "boolean",
  select: "select",
  radio: "select",
  checklist: "multiselect",
  taglist: "multiselect",
  filepicker: "file",
  datetime: "date",
  dynamiclist: "table",
};
const LISTS = ["multiselect", "people", "units", "files", "table"];
export const SEAT_DECISIONS: Choice[] = [
  { value: "agree", label: say("seat_agree") },
  { value: "amend", label: say("seat_amend") },
  { value: "disagree", label: say("seat_disagree") },
];

export function isList(field: Field | undefined): boolean {
  return field !== undefined && LISTS.includes(field.type);
}

export function formFields(files: Record<string, string>): Field[] {
  const found = new Map<string, Field>();
  for (const [name, text] of Object.entries(files)) {
    if (name.endsWith(".form")) {
      for (const field of fieldsIn(text)) {
        found.set(field.key, field);
      }
    }
  }
  return [...found.values()];
}

export function formNames(files: Record<string, string>): string[] {
  return Object.keys(files)
    .filter((name) => name.endsWith(".form"))
    .map((name) => name.replace(/\.form$/, ""));
}

function* fieldsIn(text: string): Generator<Field> {
  let components: any[] = [];
  try {
    components = JSON.parse(text).components ?? [];
  } catch {
    return; // the check says so
  }
  const open = [...components];
  for (const one of open) {
    if (one.type === "group") {
      open.push(...(one.components ?? []));
    }
    const key = one.key ?? one.path;
    if (typeof key === "string" && key && (one.type in TYPES || one.properties?.["banjie:type"])) {
      const type = one.properties?.["banjie:type"] ?? TYPES[one.type];
      const options = (one.values ?? []).map((each: any) => ({ value: String(each.value), label: String(each.label ?? each.value) }));
      yield { key, label: String(one.label ?? key), type, options };
    }
  }
}

/** Everything a condition may ask for: fields, and the decisions and results of the steps that are drawn. */
export function askable(registry: any): Field[] {
  const found = formFields(told.draft.files);
  for (const element of registry.filter((one: any) => isA(one, "bpmn:UserTask") && one.type !== "label")) {
    const name = element.businessObject.name ?? element.id;
    if (element.businessObject.loopCharacteristics) {
      found.push({ key: `passed.${element.id}`, label: say("passed_of", { step: name }), type: "boolean", options: [] });
    } else {
      found.push({
        key: `decision_of.${element.id}`,
        label: say("decision_of", { step: name }),
        type: "select",
        options: decisionsOf(element),
      });
    }
  }
  return found;
}

const DECISION = /\bdecision\s*==\s*(?:'([^']*)'|"([^"]*)")/;

/** The decision that a flow behind a step's gateway stands for. */
export function decisionOn(flow: any): string | undefined {
  const found = DECISION.exec(flow.businessObject?.conditionExpression?.body ?? "");
  return found ? (found[1] ?? found[2]) : undefined;
}

/** The gateway directly behind a step whose flows are the step's decisions. */
export function gatewayOf(element: any): any {
  const next = (element.outgoing ?? []).filter((one: any) => isA(one, "bpmn:SequenceFlow"));
  const gateway = next.length === 1 ? next[0].target : undefined;
  return isA(gateway, "bpmn:ExclusiveGateway") && gateway.incoming.length === 1 ? gateway : undefined;
}

export function decisionsOf(element: any): Choice[] {
  const flows = gatewayOf(element)?.outgoing ?? [];
  const found = flows
    .map((flow: any) => ({ value: decisionOn(flow), label: flow.businessObject.name }))
    .filter((one: any) => one.value)
    .map((one: any) => ({ value: one.value, label: one.label || one.value }));
  return found.length ? found : [{ value: "submit", label: say("submit") }];
}

/** The step whose decisions a flow belongs to, where it leaves the gateway directly behind one. */
export function stepBefore(flow: any): any {
  const gateway = flow.source;
  const step = isA(gateway, "bpmn:ExclusiveGateway") ? gateway.incoming?.[0]?.source : undefined;
  return isA(step, "bpmn:UserTask") && gatewayOf(step) === gateway ? step : undefined;
}

export function kindOf(element: any): string {
  return propertiesOf(element.businessObject).kind ?? "";
}
