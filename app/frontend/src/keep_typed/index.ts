/**
 * Nothing typed is lost when a session ends in between: a form with `data-keep` keeps its texts in this tab, offers them
 * when the page comes back without them, and forgets them when the server says that they arrived (`data-arrived`).
 */
const PREFIX = "banjie.typed.";

type Field = HTMLInputElement | HTMLTextAreaElement;

export function keepTyped(root: Document): void {
  for (const arrived of root.querySelectorAll<HTMLElement>("[data-arrived]")) {
    sessionStorage.removeItem(PREFIX + arrived.dataset.arrived);
  }
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-keep]")) {
    const key = PREFIX + form.dataset.keep;
    restore(form, key);
    form.addEventListener("input", () => sessionStorage.setItem(key, JSON.stringify(texts(form))));
  }
}

function texts(form: HTMLFormElement): Record<string, string> {
  return Object.fromEntries(fields(form).map((field) => [field.name, field.value]));
}

function restore(form: HTMLFormElement, key: string): void {
  const kept: Record<string, string> = JSON.parse(sessionStorage.getItem(key) ?? "{}");
  for (const field of fields(form)) {
    const text = kept[field.name];
    if (text && !field.value) {
      field.value = text;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }
}

function fields(form: HTMLFormElement): Field[] {
  return [...form.querySelectorAll<Field>("textarea[name], input[type=text][name]")];
}
