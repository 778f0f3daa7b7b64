/** What the page tells its program: the draft, the names a drawing may use, the words in the reader's language. */

export interface Choice {
  value: string;
  label: string;
}

export interface StepTemplate {
  id: string;
  label: string;
  help: string;
  element: string;
  kind: string;
  attributes: Record<string, string>;
  properties: Record<string, string>;
  seats: string;
  fields: string;
  script: string;
  after: string;
}

export interface Vocabulary {
  templates: StepTemplate[];
  kinds: Choice[];
  person_only: string[];
  never_skipped: Record<string, string[]>;
  posts: Choice[];
  units: Choice[];
  people: Choice[];
  services: Choice[];
  slow_services: string[];
  flows: Choice[];
  operations: Choice[];
  decisions: Choice[];
  refusing: string[];
}

export interface Draft {
  key: string;
  model: string;
  base_version: number;
  version: number;
  editable: boolean;
  files: Record<string, string>;
}

export interface Finding {
  file: string;
  line: number;
  element: string | null;
  rule: string;
  severity: string;
  message: string;
}

interface Told {
  draft: Draft;
  findings: Finding[];
  vocabulary: Vocabulary;
  words: Record<string, string>;
  urls: { draft: string; check: string | null; people: string };
}

export const told: Told = JSON.parse(document.querySelector("[data-told]")?.textContent ?? "{}");

/** Say something in the reader's language, with its facts in place. */
export function say(name: string, facts: Record<string, string | number> = {}): string {
  const text = told.words[name] ?? name;
  return text.replace(/\{(\w+)\}/g, (whole, fact) => String(facts[fact] ?? whole));
}

export function labelIn(choices: Choice[], value: string): string {
  return choices.find((one) => one.value === value)?.label ?? value;
}

/** Ask the server, as the programs of other pages do. */
export async function ask(url: string, body?: unknown): Promise<Response> {
  const token = document.querySelector<HTMLMetaElement>("meta[name='csrf-token']")?.content ?? "";
  const headers = { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": token };
  return fetch(url, body === undefined ? { headers } : { method: "POST", headers, body: JSON.stringify(body) });
}
