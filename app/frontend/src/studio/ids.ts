/** Ids of what is drawn: English snake_case, never used again, since history and variables speak of them. */

const PREFIXES: [RegExp, string][] = [
  [/Task$|CallActivity$/, "step_"],
  [/SubProcess$/, "block_"],
  [/Gateway$/, "gateway_"],
  [/BoundaryEvent$/, "boundary_"],
  [/StartEvent$/, "start_"],
  [/EndEvent$/, "end_"],
  [/EventDefinition$/, "trigger_"],
  [/Event$/, "event_"],
  [/SequenceFlow$/, "flow_"],
  [/Message$/, "message_"],
  [/Lane$/, "lane_"],
  [/Participant$/, "pool_"],
];

export function prefixOf(type: string): string {
  const plain = type.replace("bpmn:", "");
  return PREFIXES.find(([pattern]) => pattern.test(plain))?.[1] ?? `${plain.replace(/^.*:/, "").toLowerCase()}_`;
}

export function nameElements(bpmnFactory: any): void {
  bpmnFactory._ensureId = (element: any) => {
    if (!element.id && bpmnFactory._needsId(element)) {
      element.id = bpmnFactory._model.ids.nextPrefixed(prefixOf(element.$type), element);
    }
  };
}

export function newId(moddle: any, prefix: string, element: any): string {
  return moddle.ids.nextPrefixed(`${prefix}_`, element);
}
