/** Conditions as rows of field, operator and value, and as the expression that the engine reads. Pure. */

export interface Row {
  field: string;
  operator: string;
  value: string;
}

export interface Rows {
  joiner: "and" | "or";
  rows: Row[];
}

export const WITHOUT_VALUE = ["empty", "not_empty", "is_true", "is_false"];
const COMPARED = /^([\p{L}_][\p{L}\p{N}_.]*)\s*(==|!=|>=|<=|>|<)\s*(.+)$/su;
const CALLED = /^(not\s+)?(empty|contains)\s*\(\s*([\p{L}_][\p{L}\p{N}_.]*)\s*(?:,\s*(.+?)\s*)?\)$/su;
const JOINED = /^\s*(and|or|&&|\|\|)(?=[\s(!'"]|$)/;
const NUMBER = /^-?\d+(\.\d+)?$/;

export function unwrapped(text: string): string {
  const found = /^\s*[$#]\{(.*)\}\s*$/s.exec(text);
  return (found?.[1] ?? text).trim();
}

/** The rows of an expression, or nothing where it says what rows cannot. */
export function rowsOf(text: string): Rows | undefined {
  const parts = split(unwrapped(text));
  if (!parts) {
    return undefined;
  }
  const rows: Row[] = [];
  for (const part of parts.terms) {
    const row = rowOf(part);
    if (!row) {
      return undefined;
    }
    rows.push(row);
  }
  return { joiner: parts.joiner, rows };
}

export function expressionOf({ joiner, rows }: Rows, isNumber: (field: string) => boolean): string {
  const terms = rows.map((row) => term(row, isNumber(row.field)));
  return terms.length ? `\${${terms.join(` ${joiner} `)}}` : "";
}

export function quoted(value: string): string {
  return `'${value.replace(/\\/g, "\\\\").replace(/'/g, "\\'")}'`;
}

function term({ field, operator, value }: Row, asNumber: boolean): string {
  switch (operator) {
    case "empty":
      return `empty(${field})`;
    case "not_empty":
      return `not empty(${field})`;
    case "is_true":
      return `${field} == true`;
    case "is_false":
      return `${field} != true`;
    case "contains":
      return `contains(${field}, ${quoted(value)})`;
    case "contains_not":
      return `not contains(${field}, ${quoted(value)})`;
    default:
      return `${field} ${operator} ${asNumber && NUMBER.test(value) ? value : quoted(value)}`;
  }
}

function rowOf(text: string): Row | undefined {
  const called = CALLED.exec(text);
  if (called) {
    const [, negated, name, field = "", argument] = called;
    if (name === "empty") {
      return argument === undefined ? { field, operator: negated ? "not_empty" : "empty", value: "" } : undefined;
    }
    const value = argument === undefined ? undefined : literal(argument);
    return value === undefined ? undefined : { field, operator: negated ? "contains_not" : "contains", value };
  }
  const compared = COMPARED.exec(text);
  if (!compared) {
    return undefined;
  }
  const [, field = "", operator = "", right = ""] = compared;
  if (/^(true|false|True|False)$/.test(right) && (operator === "==" || operator === "!=")) {
    const wanted = /^t/i.test(right) === (operator === "==");
    return { field, operator: wanted ? "is_true" : "is_false", value: "" };
  }
  const value = literal(right);
  return value === undefined ? undefined : { field, operator, value };
}

function literal(text: string): string | undefined {
  if (NUMBER.test(text)) {
    return text;
  }
  const found = /^(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")$/s.exec(text);
  return found ? (found[1] ?? found[2] ?? "").replace(/\\(.)/gs, "$1") : undefined;
}

/** The terms between `and`s or between `or`s at the outermost level; nothing where both are mixed. */
function split(text: string): { joiner: "and" | "or"; terms: string[] } | undefined {
  const terms: string[] = [];
  const joiners = new Set<"and" | "or">();
  let depth = 0;
  let quote = "";
  let begun = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? "";
    if (quote) {
      if (character === "\\") {
        at++;
      } else if (character === quote) {
        quote = "";
      }
    } else if (character === "'" || character === '"') {
      quote = character;
    } else if (character === "(" || character === ")") {
      depth += character === "(" ? 1 : -1;
    } else if (depth === 0 && (character === " " || character === "&" || character === "|")) {
      const joined = JOINED.exec(text.slice(at));
      if (joined) {
        joiners.add(joined[1] === "and" || joined[1] === "&&" ? "and" : "or");
        terms.push(text.slice(begun, at).trim());
        at += joined[0].length - 1;
        begun = at + 1;
      }
    }
  }
  const last = text.slice(begun).trim();
  if (last) {
    terms.push(last);
  }
  return joiners.size > 1 ? undefined : { joiner: [...joiners][0] ?? "and", terms };
}
