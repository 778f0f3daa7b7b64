/** The libraries' own texts in Chinese: the community's dictionary of bpmn-js, and ours for all the rest. */
import bpmn from "bpmn-js-i18n/translations/zn.js";

import own from "./zh.json";

const dictionary: Record<string, string> = document.documentElement.lang.startsWith("zh") ? { ...bpmn, ...own } : {};

export function translate(template: string, facts: Record<string, string> = {}): string {
  const text = dictionary[template] ?? template;
  return text.replace(/\{([^}]+)\}/g, (whole, fact) => facts[fact] ?? whole);
}

export const translation = { translate: ["value", translate] };
