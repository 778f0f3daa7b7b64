/** What differs between two models, element by element. */
import { diff } from "bpmn-js-differ";

import { called, REFERRING, settingsOf, type Settings } from "./settings";
import type { ChangeKind } from "./words";

export interface Difference {
  setting: string;
  older: string;
  newer: string;
}

export interface Change {
  id: string;
  kind: ChangeKind;
  type: string;
  name: string;
  differences: Difference[];
}

/** Return the changes in the order of the newer model, then what was removed, then what only moved. */
export function changesBetween(older: any, newer: any): Change[] {
  const before = elementsOf(older);
  const after = elementsOf(newer);
  const found = diff(older, newer);
  const changes: Change[] = [];
  for (const [id, one] of after) {
    const former = before.get(id);
    if (!former) {
      changes.push({ id, kind: "added", ...shown(one.element), differences: differing(new Map(), one.settings) });
      continue;
    }
    const differences = differing(former.settings, one.settings);
    if (differences.length || attributesOf(found._changed[id]?.attrs).length) {
      changes.push({ id, kind: "changed", ...shown(one.element), differences: told(differences, found._changed[id]?.attrs) });
    }
  }
  for (const [id, one] of before) {
    if (!after.has(id)) {
      changes.push({ id, kind: "removed", ...shown(one.element), differences: [] });
    }
  }
  for (const one of changes.flatMap((change) => change.differences).filter(({ setting }) => REFERRING.has(setting))) {
    one.older = called(before.get(one.older)?.element) ?? one.older;
    one.newer = called(after.get(one.newer)?.element) ?? one.newer;
  }
  const known = new Set(changes.map((one) => one.id));
  for (const id of Object.keys(found._layoutChanged)) {
    const one = after.get(id);
    if (one && before.has(id) && !known.has(id)) {
      changes.push({ id, kind: "moved", ...shown(one.element), differences: [] });
    }
  }
  return changes;
}

interface Described {
  element: any;
  settings: Settings;
}

function shown(element: any): { type: string; name: string } {
  const ends = element.sourceRef && `${called(element.sourceRef)} → ${called(element.targetRef)}`;
  return { type: element.$type, name: element.name || ends || element.id };
}

/** Return everything that is drawn, by its id, in the order of the file. */
function elementsOf(definitions: any): Map<string, Described> {
  const found = new Map<string, Described>();
  const lanes = new Map<any, string>();
  const add = (element: any) => element.id && found.set(element.id, { element, settings: settingsOf(element, lanes.get(element)) });
  const addLanes = (set: any) => {
    for (const lane of set?.lanes ?? []) {
      for (const node of lane.flowNodeRef ?? []) {
        lanes.set(node, called(lane) ?? "");
      }
      add(lane);
      addLanes(lane.childLaneSet);
    }
  };
  const addInside = (container: any) => {
    for (const set of container.laneSets ?? []) {
      addLanes(set);
    }
    for (const element of container.flowElements ?? []) {
      if (element.$type !== "bpmn:DataObject") {
        add(element);
      }
      addInside(element);
    }
    for (const artifact of container.artifacts ?? []) {
      add(artifact);
    }
  };
  const roots: any[] = definitions.rootElements ?? [];
  for (const root of roots.filter((one) => one.$type === "bpmn:Collaboration")) {
    [...(root.participants ?? []), ...(root.messageFlows ?? [])].forEach(add);
  }
  for (const root of roots.filter((one) => one.$type === "bpmn:Process")) {
    if (![...found.values()].some((one) => one.element.processRef === root)) {
      add(root);
    }
    addInside(root);
  }
  return found;
}

function differing(older: Settings, newer: Settings): Difference[] {
  const names = new Set([...newer.keys(), ...older.keys()]);
  const pairs = [...names].map((setting) => ({ setting, older: older.get(setting) ?? "", newer: newer.get(setting) ?? "" }));
  return pairs.filter((one) => one.older !== one.newer && !(older.size === 0 && ["name", "element", "lane"].includes(one.setting)));
}

type Attributes = Record<string, { oldValue: any; newValue: any }>;

/** Return what the differ found of plain attributes; of structures and of those that are told as settings it says nothing more. */
function attributesOf(attributes: Attributes | undefined): [string, string, string][] {
  const text = (value: any) => (value === undefined || value === null ? "" : String(value));
  return Object.entries(attributes ?? {})
    .filter(([, { oldValue, newValue }]) => typeof oldValue !== "object" && typeof newValue !== "object")
    .filter(([name]) => !/\[\d+\]/.test(name))
    .map(([name, { oldValue, newValue }]) => [name.replace(/^processRef\./, ""), text(oldValue), text(newValue)]);
}

function told(differences: Difference[], attributes: Attributes | undefined): Difference[] {
  if (differences.length) {
    return differences;
  }
  return attributesOf(attributes).map(([setting, older, newer]) => ({ setting, older, newer }));
}
