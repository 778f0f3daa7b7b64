/**
 * Nothing typed is lost when a session ends in between: a form with `data-keep` keeps its texts in this tab, puts them
 * back when the page comes again as it was, and forgets them when the server says that they arrived (`data-arrived`).
 */
const PREFIX = "banjie.typed.";

type Field = HTMLInputElement | HTMLTextAreaElement;

/** What was typed over what the server had sent, or has kept since. */
interface Typed {
  over: string;
  text: string;
}

export function keepTyped(root: Document): void {
  for (const arrived of root.querySelectorAll<HTMLElement>("[data-arrived]")) {
    sessionStorage.removeItem(PREFIX + arrived.dataset.arrived);
  }
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-keep]")) {
    restore(form);
    form.addEventListener("input", () => remember(form));
  }
}

/** Keep what differs from what the server has; where nothing does, nothing is kept. */
export function remember(form: HTMLFormElement): void {
  const key = PREFIX + form.dataset.keep;
  const texts = typed(form);
  if (Object.keys(texts).length) {
    sessionStorage.setItem(key, JSON.stringify(texts));
  } else {
    sessionStorage.removeItem(key);
  }
}

function typed(form: HTMLFormElement): Record<string, Typed> {
  const changed = fields(form).filter((field) => field.value !== field.defaultValue);
  return Object.fromEntries(changed.map((field) => [field.name, { over: field.defaultValue, text: field.value }]));
}

function restore(form: HTMLFormElement): void {
  const kept: Record<string, Typed> = JSON.parse(sessionStorage.getItem(PREFIX + form.dataset.keep) ?? "{}");
  for (const field of fields(form)) {
    const one = kept[field.name];
    if (one && same(one.over, field.defaultValue) && field.value === field.defaultValue) {
      field.value = one.text;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }
}

/** The server keeps texts without the white space around them. */
function same(one: string, other: string): boolean {
  return one.trim() === other.trim();
}

function fields(form: HTMLFormElement): Field[] {
  return [...form.querySelectorAll<Field>("textarea[name], input[type=text][name]")];
}
