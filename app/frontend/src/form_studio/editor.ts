/** The form-js editor with a palette and settings of our own: it offers what the server renders, and nothing else. */
import { FormEditor } from "@bpmn-io/form-js-editor";

import { speak } from "../draft_page/translated";
import { type Kind, type Page } from "./page";
import { type Component, everyComponent, keyOf } from "./schema";

/** The services of form-js that are used; it brings no types for them. */
interface Modeling {
  addFormField(attributes: Component, parent: Component, index: number): Component;
  editFormField(field: Component, properties: Record<string, unknown>): void;
  moveFormField(
    field: Component,
    from: Component,
    to: Component,
    index: number,
    target: number,
    row: unknown,
    targetRow: unknown,
  ): void;
  removeFormField(field: Component, parent: Component, index: number): void;
}
interface Services {
  modeling: Modeling;
  selection: { get(): Component | null; set(field: Component | null): void };
  formFieldRegistry: { get(id: string): Component | undefined };
  formLayouter: { getRowForField(field: Component): unknown };
  formFields: { get(type: string): { config: { name?: string } } | undefined };
  commandStack: { undo(): void; redo(): void; canUndo(): boolean; canRedo(): boolean };
  eventBus: { on(event: string | string[], priority: number, act: (event: Happening) => void): void };
}
interface Happening {
  context?: { formField: Component };
  element?: HTMLElement;
}

/** Where people's own words stand in the canvas. */
const WRITTEN = "label.fjs-form-field-label, .fjs-form-field-description, .fjs-inline-label";
const NO_PANEL = { attachTo: () => undefined, detach: () => undefined, registerProvider: () => undefined };

export class Editor {
  private readonly editor: FormEditor;
  private readonly hidden = document.createElement("div");
  private pending: Kind | null = null;

  constructor(
    private readonly page: Page,
    private readonly canvas: HTMLElement,
    palette: HTMLElement,
    changed: () => void,
    selected: () => void,
  ) {
    this.editor = new FormEditor({
      container: canvas,
      propertiesPanel: { parent: this.hidden },
      additionalModules: [{ propertiesPanel: ["value", NO_PANEL], propertiesProvider: ["value", {}] }],
    } as ConstructorParameters<typeof FormEditor>[0]);
    const named = new Set<string>();
    const texts = { ...page.words.texts };
    for (const kind of page.kinds) {
      const config = this.get("formFields").get(kind.component)?.config;
      if (config && !named.has(kind.component)) {
        named.add(kind.component);
        config.name = kind.label;
        texts[`Remove ${kind.label}`] = page.words.remove ?? "";
      }
    }
    speak(canvas, texts, WRITTEN);
    this.offer(palette);
    const bus = this.get("eventBus");
    bus.on("drag.start", 1500, ({ element }) => {
      this.pending = page.kinds.find((one) => one.kind === element?.dataset.kind) ?? null;
    });
    bus.on("drag.end", 100, () => window.setTimeout(() => (this.pending = null)));
    bus.on("commandStack.formField.add.preExecute", 5000, ({ context }) => {
      if (this.pending && context) {
        fill(context.formField, this.pending);
      }
    });
    bus.on("changed", 100, changed);
    bus.on("selection.changed", 100, selected);
    canvas.addEventListener("keydown", (event) => this.press(event));
  }

  get<Name extends keyof Services>(name: Name): Services[Name] {
    return this.editor.get(name) as Services[Name];
  }

  async open(schema: Component): Promise<void> {
    this.get("selection").set(null);
    await this.editor.importSchema(schema as Parameters<FormEditor["importSchema"]>[0]);
  }

  schema(): Component {
    const schema = this.editor.getSchema() as Component;
    everyComponent(schema.components).forEach(withoutForeignOptions);
    return schema;
  }

  selected(): Component | null {
    const found = this.get("selection").get();
    return found && found.type !== "default" ? found : null;
  }

  select(id: string): void {
    const field = this.get("formFieldRegistry").get(id);
    if (field) {
      this.get("selection").set(field);
    }
  }

  edit(field: Component, properties: Record<string, unknown>): void {
    this.get("modeling").editFormField(field, properties);
  }

  /** Put a field behind the selected one, or into the selected table as a column. */
  add(kind: Kind): void {
    const chosen = this.selected();
    const into = chosen?.type === "dynamiclist" && kind.component !== "dynamiclist" ? chosen : this.parentOf(chosen);
    const inside = into.components ?? [];
    const at = inside.findIndex((one) => one.id === chosen?.id);
    this.pending = kind;
    try {
      this.get("modeling").addFormField(
        { type: kind.component, _parent: into.id },
        into,
        at < 0 ? inside.length : at + 1,
      );
    } finally {
      this.pending = null;
    }
  }

  move(field: Component, by: -1 | 1): void {
    const parent = this.parentOf(field);
    const inside = parent.components ?? [];
    const at = inside.findIndex((one) => one.id === field.id);
    const target = by < 0 ? at - 1 : at + 2;
    if (at >= 0 && target >= 0 && target <= inside.length) {
      const row = this.get("formLayouter").getRowForField(field);
      this.get("modeling").moveFormField(field, parent, parent, at, target, row, null);
    }
  }

  remove(field: Component): void {
    const parent = this.parentOf(field);
    const at = (parent.components ?? []).findIndex((one) => one.id === field.id);
    this.get("modeling").removeFormField(field, parent, at);
  }

  /** Say at the fields themselves what the check says of them, by their keys. */
  mark(told: Map<string, string>): void {
    const components = everyComponent(this.schema().components);
    for (const element of this.canvas.querySelectorAll<HTMLElement>(".fjs-element[data-id]")) {
      const component = components.find((one) => one.id === element.dataset.id);
      const text = component && (told.get(keyOf(component)) ?? told.get(component.label ?? "") ?? told.get(component.id ?? ""));
      if (text) {
        element.dataset.finding = text;
      } else {
        delete element.dataset.finding;
      }
    }
  }

  kindOf(field: Component): Kind | undefined {
    const office = field.properties?.["banjie:type"];
    return this.page.kinds.find((one) =>
      office
        ? one.kind === office
        : one.component === field.type && !("properties" in one.more) && (one.more.subtype ?? field.subtype) === field.subtype,
    );
  }

  private parentOf(field: Component | null): Component {
    const parent = field?._parent ? this.get("formFieldRegistry").get(field._parent) : undefined;
    return parent ?? (this.editor as unknown as { _getState(): { schema: Component } })._getState().schema;
  }

  private offer(palette: HTMLElement): void {
    const groups = new Map<string, HTMLElement>();
    for (const kind of this.page.kinds) {
      let fields = groups.get(kind.group);
      if (!fields) {
        const title = document.createElement("h3");
        title.textContent = kind.group;
        fields = document.createElement("div");
        fields.className = "fjs-palette-fields fjs-drag-container fjs-no-drop";
        palette.append(title, fields);
        groups.set(kind.group, fields);
      }
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-sm fjs-drag-copy";
      button.dataset.fieldType = kind.component;
      button.dataset.kind = kind.kind;
      button.textContent = kind.label;
      button.addEventListener("click", () => this.add(kind));
      fields.append(button);
    }
  }

  private press(event: KeyboardEvent): void {
    const command = event.ctrlKey || event.metaKey;
    const typed = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
    const chosen = this.selected();
    if (command && event.key.toLowerCase() === "z") {
      event.preventDefault();
      this.undo(event.shiftKey);
    } else if (command && event.key.toLowerCase() === "y") {
      event.preventDefault();
      this.undo(true);
    } else if (event.key === "Delete" && chosen && !typed) {
      event.preventDefault();
      this.remove(chosen);
    }
  }

  undo(again: boolean): void {
    const stack = this.get("commandStack");
    if (again ? stack.canRedo() : stack.canUndo()) {
      again ? stack.redo() : stack.undo();
    }
  }
}

/** form-js gives every choice options of its own; those of people, units and the tables of the office stand elsewhere. */
function withoutForeignOptions(component: Component): void {
  const { "banjie:type": office, "banjie:options": table } = component.properties ?? {};
  if (office || table) {
    delete component.values;
  }
}

function fill(field: Component, kind: Kind): void {
  delete field.values;
  Object.assign(field, structuredClone(kind.more));
  field.label = kind.label;
  if (field.subtype) {
    field.dateLabel = kind.label;
  }
}
