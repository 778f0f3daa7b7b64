/** What the page calls things: given by the server, so that they stand in its catalogue. */
export type ChangeKind = "added" | "removed" | "changed" | "moved";

export interface Words {
  changes: Record<ChangeKind, string>;
  marks: Record<ChangeKind, string>;
  elements: Record<string, string>;
  settings: Record<string, string>;
  prefixes: Record<string, string>;
  values: Record<string, Record<string, string>>;
  duration: Record<string, string>;
  fields: Record<string, string>;
  unset: string;
  none: string;
  failed: string;
  uncompared: string;
  list: string;
  counted: string;
  remind: string;
  more: string;
}

const DURATION = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;
const UNITS = ["Y", "M", "W", "D", "H", "minutes", "S"];
const OF_SEVERAL = new Set(["candidateGroups", "starters"]);

export function typeLabel(words: Words, type: string): string {
  const name = type.replace(/^bpmn:/, "");
  return words.elements[name] ?? name;
}

export function settingLabel(words: Words, setting: string): string {
  const prefix = prefixOf(words, setting);
  if (prefix) {
    const field = setting.slice(prefix.length);
    return words.prefixes[prefix]!.replace("{}", words.fields[field] ?? field);
  }
  return words.settings[setting] ?? setting;
}

export function valueLabel(words: Words, setting: string, value: string): string {
  if (!value) {
    return words.unset;
  }
  if (setting === "decisions") {
    return value.split("|").map((one) => one.replace(/^[^:]*:/, "")).join(words.list);
  }
  const reminded = setting === "on_timeout" && /^remind:(\d+)$/.exec(value);
  if (reminded) {
    return words.remind.replace("{}", reminded[1]!);
  }
  const own = words.values[prefixOf(words, setting) ?? setting] ?? {};
  const said = (one: string) => own[one] ?? words.values[""]?.[one] ?? duration(words, one) ?? one;
  return OF_SEVERAL.has(setting) ? value.split(",").map((one) => said(one.trim())).join(words.list) : said(value);
}

function prefixOf(words: Words, setting: string): string | undefined {
  return Object.keys(words.prefixes).find((prefix) => setting.startsWith(prefix));
}

function duration(words: Words, text: string): string | undefined {
  const parts = DURATION.exec(text)?.slice(1);
  const said = parts?.flatMap((part, at) => (part ? [words.duration[UNITS[at]!]!.replace("{}", part)] : []));
  return said?.length ? said.join(" ") : undefined;
}
