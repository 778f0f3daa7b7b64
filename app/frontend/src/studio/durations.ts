/** How long a step or a timer takes, as people say it and as ISO 8601 has it. Pure. */

export interface Span {
  unit: "" | "working" | "natural" | "hours" | "minutes" | "field" | "text";
  value: string;
}

export function spanOf(text: string, calendar: string | undefined): Span {
  if (!text) {
    return { unit: "", value: "" };
  }
  const days = /^P(\d+)D$/.exec(text);
  if (days) {
    return { unit: calendar === "working" ? "working" : "natural", value: days[1] ?? "" };
  }
  const hours = /^PT(\d+)H$/.exec(text);
  if (hours) {
    return { unit: "hours", value: hours[1] ?? "" };
  }
  const minutes = /^PT(\d+)M$/.exec(text);
  if (minutes) {
    return { unit: "minutes", value: minutes[1] ?? "" };
  }
  const field = /^[$#]\{\s*([\p{L}_][\p{L}\p{N}_.]*)\s*\}$/u.exec(text);
  return field ? { unit: "field", value: field[1] ?? "" } : { unit: "text", value: text };
}

export function isoOf({ unit, value }: Span): string {
  switch (unit) {
    case "working":
    case "natural":
      return `P${Number.parseInt(value, 10) || 1}D`;
    case "hours":
      return `PT${Number.parseInt(value, 10) || 1}H`;
    case "minutes":
      return `PT${Number.parseInt(value, 10) || 1}M`;
    case "field":
      return value ? `\${${value}}` : "";
    default:
      return unit ? value : "";
  }
}

/** Working time is counted in days; hours and minutes pass as they do on any clock. */
export function calendarOf(unit: Span["unit"], before: string | undefined): string | undefined {
  if (unit === "working") {
    return "working";
  }
  return unit === "natural" || unit === "hours" || unit === "minutes" ? "natural" : before;
}
