/** The settings of the selected field: those that the server knows, in place of form-js's own panel, which speaks English alone. */
import { type Editor } from "./editor";
import { type Page } from "./page";
import { type Component, everyComponent, keyOf } from "./schema";

const TABLE = "banjie:options";
const FIXED = "banjie:fixed";

export class Properties {
  private shown = "";

  constructor(
    private readonly page: Page,
    private readonly place: HTMLElement,
    private readonly editor: Editor,
  ) {}

  /** Show the selected field, but not while somebody types into its settings. */
  show(): void {
    const field = this.editor.selected();
    const state = JSON.stringify(field, (name, value: unknown) => (name === "components" ? undefined : value)) ?? "";
    if (state === this.shown) {
      return;
    }
    const focused = this.place.contains(document.activeElement) ? document.activeElement?.id : "";
    this.shown = state;
    this.place.replaceChildren(...(field ? this.settings(field) : [note(this.page.words.choose ?? "")]));
    if (focused) {
      document.getElementById(focused)?.focus();
    }
  }

  private settings(field: Component): HTMLElement[] {
    const words = this.page.words;
    const kind = this.editor.kindOf(field);
    const title = document.createElement("h3");
    title.textContent = kind?.label ?? `${words.no_kind}（${field.type}）`;
    const parts: HTMLElement[] = [
      title,
      this.text("label", field.label ?? "", (value) => this.edit(field, field.subtype ? { label: value, dateLabel: value } : { label: value })),
      this.key(field),
    ];
    if (field.type !== "dynamiclist") {
      parts.push(this.text("description", field.description ?? "", (value) => this.edit(field, { description: value || undefined })));
      parts.push(
        this.check("required", field.validate?.required === true, (on) => this.validate(field, "required", on || undefined)),
      );
    }
    if (kind?.kind === "text" || kind?.kind === "textarea") {
      parts.push(this.number("longest", field.validate?.maxLength, (value) => this.validate(field, "maxLength", value)));
    }
    if (kind?.kind === "number") {
      parts.push(this.number("least", field.validate?.min, (value) => this.validate(field, "min", value)));
      parts.push(this.number("most", field.validate?.max, (value) => this.validate(field, "max", value)));
    }
    if (kind && ["select", "radio", "multiselect", "checklist"].includes(kind.kind)) {
      parts.push(...this.options(field, kind.kind === "select" && !this.isColumn(field)));
    }
    if (this.isColumn(field)) {
      parts.push(this.check("fixed", field.properties?.[FIXED] === "true", (on) => this.property(field, FIXED, on ? "true" : "")));
    }
    return [...parts, this.buttons(field)];
  }

  private key(field: Component): HTMLElement {
    const row = this.text("key", keyOf(field), (value, input) => {
      const others = everyComponent(this.editor.schema().components).filter((one) => one.id !== field.id);
      const isGood = /^[\p{L}_][\p{L}\p{N}_]*$/u.test(value) && !others.some((one) => keyOf(one) === value);
      input.setCustomValidity(isGood ? "" : (this.page.words.key_bad ?? ""));
      if (isGood) {
        this.edit(field, field.type === "dynamiclist" ? { path: value } : { key: value });
      } else {
        input.reportValidity();
      }
    });
    row.append(note(this.page.words.key_help ?? ""));
    return row;
  }

  private options(field: Component, mayBeOffered: boolean): HTMLElement[] {
    const offered = field.properties?.[TABLE] ?? "";
    const parts: HTMLElement[] = [];
    if (mayBeOffered) {
      const choice = document.createElement("select");
      choice.className = "form-select";
      choice.append(new Option(this.page.words.own_options, ""));
      const tables = this.page.tables.some((one) => one.value === offered) || !offered ? [] : [{ value: offered, label: offered }];
      choice.append(...[...this.page.tables, ...tables].map((one) => new Option(one.label, one.value)));
      choice.value = offered;
      choice.addEventListener("change", () => {
        const properties = { ...field.properties, [TABLE]: choice.value };
        const example = this.page.kinds.find((one) => one.kind === "select")?.more.values;
        this.edit(field, choice.value ? { properties, values: undefined } : { properties: without(properties, TABLE), values: example });
      });
      parts.push(labelled("source", this.page.words.source ?? "", choice));
    }
    if (!offered) {
      const area = document.createElement("textarea");
      area.className = "form-control";
      area.rows = 5;
      area.value = (field.values ?? [])
        .map((one) => (one.label === undefined || one.label === one.value ? one.value : `${one.value}=${one.label}`))
        .join("\n");
      area.addEventListener("change", () => {
        const lines = area.value.split("\n").map((line) => line.trim()).filter(Boolean);
        const values = lines.map((line) => {
          const [value = "", ...rest] = line.split("=");
          return { value: value.trim(), label: rest.join("=").trim() || value.trim() };
        });
        this.edit(field, { values });
      });
      const row = labelled("options", this.page.words.options ?? "", area);
      row.append(note(this.page.words.options_help ?? ""));
      parts.push(row);
    }
    return parts;
  }

  private buttons(field: Component): HTMLElement {
    const row = document.createElement("div");
    row.className = "d-flex flex-wrap gap-2";
    const button = (word: string, act: () => void, look = "") => {
      const found = document.createElement("button");
      found.type = "button";
      found.className = `btn btn-sm ${look}`;
      found.textContent = this.page.words[word] ?? "";
      found.id = `setting-${word}`;
      found.addEventListener("click", act);
      row.append(found);
    };
    button("up", () => this.editor.move(field, -1));
    button("down", () => this.editor.move(field, 1));
    button("remove", () => this.editor.remove(field), "btn-ghost-danger");
    return row;
  }

  private isColumn(field: Component): boolean {
    const parent = field._parent ? this.editor.get("formFieldRegistry").get(field._parent) : undefined;
    return parent?.type === "dynamiclist";
  }

  private edit(field: Component, properties: Record<string, unknown>): void {
    this.editor.edit(field, properties);
  }

  private validate(field: Component, name: string, value: unknown): void {
    const rules = { ...field.validate, [name]: value };
    this.edit(field, { validate: value === undefined ? without(rules, name) : rules });
  }

  private property(field: Component, name: string, value: string): void {
    const properties = { ...field.properties, [name]: value };
    this.edit(field, { properties: value ? properties : without(properties, name) });
  }

  private text(word: string, value: string, act: (value: string, input: HTMLInputElement) => void): HTMLElement {
    const input = document.createElement("input");
    input.className = "form-control";
    input.value = value;
    input.addEventListener("change", () => act(input.value.trim(), input));
    return labelled(word, this.page.words[word] ?? "", input);
  }

  private number(word: string, value: unknown, act: (value: number | undefined) => void): HTMLElement {
    const input = document.createElement("input");
    input.className = "form-control";
    input.type = "number";
    input.value = value === undefined ? "" : String(value);
    input.addEventListener("change", () => act(input.value === "" ? undefined : Number(input.value)));
    return labelled(word, this.page.words[word] ?? "", input);
  }

  private check(word: string, on: boolean, act: (on: boolean) => void): HTMLElement {
    const row = document.createElement("label");
    row.className = "form-check";
    const input = document.createElement("input");
    input.type = "checkbox";
    input.className = "form-check-input";
    input.id = `setting-${word}`;
    input.checked = on;
    input.addEventListener("change", () => act(input.checked));
    const text = document.createElement("span");
    text.className = "form-check-label";
    text.textContent = this.page.words[word] ?? "";
    row.append(input, text);
    return row;
  }
}

function without<Value>(given: Record<string, Value>, name: string): Record<string, Value> {
  return Object.fromEntries(Object.entries(given).filter(([one]) => one !== name));
}

function labelled(word: string, text: string, control: HTMLElement): HTMLElement {
  const row = document.createElement("div");
  const label = document.createElement("label");
  control.id = `setting-${word}`;
  label.htmlFor = control.id;
  label.className = "form-label";
  label.textContent = text;
  row.append(label, control);
  return row;
}

function note(text: string): HTMLElement {
  const found = document.createElement("div");
  found.className = "form-hint";
  found.textContent = text;
  return found;
}
