/** What the page of a draft's forms brings. */

export interface Kind {
  kind: string;
  component: string;
  label: string;
  group: string;
  more: Record<string, unknown>;
}

export interface Step {
  id: string;
  name: string;
  start: boolean;
  form: string;
  settings: Record<string, string>;
}

export interface State {
  key: string;
  version: number;
  files: Record<string, string>;
  steps: Step[];
}

export interface Page extends State {
  editable: boolean;
  tables: { value: string; label: string }[];
  kinds: Kind[];
  words: Record<string, string> & { texts: Record<string, string> };
}
