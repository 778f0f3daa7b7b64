/** What other tools wrote beside an element and nothing here carries out: a director deletes it without seeing the file. */
import { objectOf, partsOf, propertiesOf, withProperties, type Services } from "../writing";

/** The rules that find it. */
export const FOREIGN = [
  "unsupported_extension",
  "extension_ignored",
  "listener_ignored",
  "loop_output",
  "mapping_ignored",
  "mapping_unreadable",
];

/** What is read wherever it stands, so that it stays. */
const KEPT = /^(xmlns|xsi)(:|$)|^id$/;
const EXCHANGED = /^(camunda|flowable|activiti):(in|out|formData|formProperty)$/i;
const MAPPED = /^(camunda|flowable|activiti):inputOutput$/i;

export function dropForeign(element: any, rules: string[], services: Services): void {
  const object = objectOf(element);
  const mapped = rules.some((rule) => rule.startsWith("mapping_"));
  services.together.do(() => {
    for (const one of partsOf(object)) {
      services.modeling.updateModdleProperties(element, one, withoutForeign(one, mapped, services));
    }
  });
}

function withoutForeign(one: any, mapped: boolean, services: Services): Record<string, unknown> {
  const gone = Object.keys(one.$attrs).filter((name) => name.includes(":") && !KEPT.test(name));
  const changes: Record<string, unknown> = Object.fromEntries(gone.map((name) => [name, undefined]));
  if (one.extensionElements) {
    const kept = (one.extensionElements.values ?? []).filter((each: any) => EXCHANGED.test(each.$type) || (!mapped && MAPPED.test(each.$type)));
    const bare = { extensionElements: { values: kept } };
    changes.extensionElements = withProperties(services.bpmnFactory, bare, propertiesOf(one));
    if (changes.extensionElements) {
      (changes.extensionElements as any).$parent = one;
    }
  }
  return changes;
}
