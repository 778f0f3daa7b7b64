/**
 * The table of who may do what: a row for each field of a form, a column for each step that uses it.
 *
 * Cells are kept by the ids of fields, not by their keys: a field that is renamed takes its access along, and one that is taken
 * out and brought back finds it again. What the model says is changed only where a cell says something else.
 */
import { type Field } from "./schema";
import { type Page, type Step } from "./page";

type Level = "must" | "edit" | "read" | "hidden";
export type Changes = Record<string, Record<string, string | null>>;
const LEVELS: Level[] = ["must", "edit", "read", "hidden"];

export class Access {
  private forms = new Map<string, string>();
  private cells = new Map<string, Level>();
  private firstKeys = new Map<string, Map<string, string>>();
  private form = "";
  private fields: Field[] = [];
  private at = { row: 0, column: 0 };
  private filter = { field: "", step: "" };

  constructor(
    private readonly page: Page,
    private readonly place: HTMLElement,
    private readonly changed: () => void,
  ) {
    place.addEventListener("keydown", (event) => this.press(event));
    place.addEventListener("focusin", (event) => this.remember(event.target as HTMLElement));
  }

  /** Remember the keys that a form's fields have in the model as it is kept. */
  begin(form: string, fields: Field[]): void {
    this.firstKeys.set(form, new Map(fields.map((one) => [one.id, one.key])));
  }

  /** Let a step use the form that is shown. */
  use(step: string): void {
    const found = this.page.steps.find((one) => one.id === step);
    if (found) {
      found.form = this.form;
      this.forms.set(step, this.form);
      this.draw();
      this.changed();
    }
  }

  /** Return which form steps use now that used another or none. */
  chosenForms(): Record<string, string> {
    return Object.fromEntries(this.forms);
  }

  /** After saving, what is kept is what the cells say. */
  restart(): void {
    this.cells.clear();
    this.forms.clear();
    this.firstKeys.clear();
  }

  narrow(field: string, step: string): void {
    this.filter = { field: field.trim(), step: step.trim() };
    this.draw();
  }

  show(form: string, fields: Field[]): void {
    const same =
      form === this.form && JSON.stringify(fields) === JSON.stringify(this.fields) && this.place.childElementCount > 0;
    this.form = form;
    this.fields = fields;
    if (!same) {
      this.draw();
    }
  }

  steps(): Step[] {
    return this.page.steps.filter((one) => one.form === this.form);
  }

  /** Return what changes at the steps of a form, whose fields are now these. */
  changes(form: string, fields: Field[]): Changes {
    const found: Changes = {};
    const known = new Set(fields.map((one) => one.key));
    const gone = [...(this.firstKeys.get(form)?.values() ?? [])].filter((key) => !known.has(key));
    for (const step of this.page.steps.filter((one) => one.form === form)) {
      const settings: Record<string, string | null> = {};
      const set = (name: string, value: string | null, otherwise: string | null): void => {
        if ((step.settings[name] ?? otherwise) !== value) {
          settings[name] = value;
        }
      };
      const foreign = this.forms.has(step.id) ? keysIn(step.settings).filter((key) => !known.has(key)) : [];
      for (const key of [...gone, ...foreign]) {
        for (const name of [`access:${key}`, `required:${key}`]) {
          if (name in step.settings) {
            settings[name] = null;
          }
        }
      }
      for (const field of fields) {
        const level = this.level(form, step, field);
        set(`access:${field.key}`, level === "must" ? "edit" : level, "read");
        const isSaid = step.settings[`required:${field.key}`] === "true";
        const isMeant = level === "must" && !field.required;
        if (isMeant !== isSaid && !(field.required && level === "must")) {
          settings[`required:${field.key}`] = isMeant ? "true" : null;
        }
      }
      if (Object.keys(settings).length > 0) {
        found[step.id] = settings;
      }
    }
    return found;
  }

  private level(form: string, step: Step, field: Field): Level {
    const chosen = this.cells.get(`${step.id} ${field.id}`);
    if (chosen) {
      return chosen === "edit" && field.required ? "must" : chosen;
    }
    const key = this.firstKeys.get(form)?.get(field.id) ?? field.key;
    const access = step.settings[`access:${key}`] ?? "read";
    if (access === "edit") {
      return field.required || step.settings[`required:${key}`] === "true" ? "must" : "edit";
    }
    return access === "hidden" ? "hidden" : "read";
  }

  private draw(): void {
    const words = this.page.words;
    const steps = this.steps().filter((one) => one.name.includes(this.filter.step));
    const fields = this.fields.filter((one) => `${one.label} ${one.key}`.includes(this.filter.field));
    if (this.steps().length === 0 || this.fields.length === 0) {
      const text = this.steps().length === 0 ? words.no_steps : words.no_fields;
      this.place.replaceChildren(paragraph(text ?? ""));
      return;
    }
    const table = document.createElement("table");
    table.className = "table table-sm banjie-access-table";
    const head = table.createTHead().insertRow();
    head.append(heading(words.field ?? "", "col"), ...steps.map((one) => heading(one.name, "col")));
    if (this.page.editable) {
      head.append(heading(words.whole_row ?? "", "col"));
    }
    const body = table.createTBody();
    this.at = { row: Math.min(this.at.row, fields.length - 1), column: Math.min(this.at.column, steps.length) };
    fields.forEach((field, row) => {
      const line = body.insertRow();
      line.append(heading(field.label, "row"));
      steps.forEach((step, column) => {
        const choice = this.choice(`${field.label} · ${step.name}`, field, row, column);
        choice.value = this.level(this.form, step, field);
        choice.dataset.level = choice.value;
        choice.addEventListener("change", () => this.set([step], field, choice.value as Level));
        line.insertCell().append(choice);
      });
      if (this.page.editable) {
        const choice = this.choice(`${field.label} · ${words.whole_row}`, field, row, steps.length);
        choice.prepend(new Option("—", ""));
        choice.value = "";
        choice.addEventListener("change", () => choice.value && this.set(steps, field, choice.value as Level));
        line.insertCell().append(choice);
      }
    });
    this.place.replaceChildren(table);
  }

  private choice(label: string, field: Field, row: number, column: number): HTMLSelectElement {
    const choice = document.createElement("select");
    choice.className = "form-select form-select-sm";
    choice.setAttribute("aria-label", label);
    choice.setAttribute("aria-describedby", "studio-access-help");
    choice.disabled = !this.page.editable;
    choice.dataset.row = String(row);
    choice.dataset.column = String(column);
    choice.tabIndex = row === this.at.row && column === this.at.column ? 0 : -1;
    for (const level of LEVELS) {
      if (level !== "edit" || !field.required) {
        choice.append(new Option(this.page.words[level], level));
      }
    }
    return choice;
  }

  private set(steps: Step[], field: Field, level: Level): void {
    const had = this.place.contains(document.activeElement);
    for (const step of steps) {
      this.cells.set(`${step.id} ${field.id}`, level);
    }
    this.draw();
    if (had) {
      this.cell(this.at.row, this.at.column)?.focus();
    }
    this.changed();
  }

  private cell(row: number, column: number): HTMLSelectElement | null {
    return this.place.querySelector(`select[data-row="${row}"][data-column="${column}"]`);
  }

  private remember(target: HTMLElement): void {
    if (target instanceof HTMLSelectElement) {
      this.place.querySelector("select[tabindex='0']")?.setAttribute("tabindex", "-1");
      target.tabIndex = 0;
      this.at = { row: Number(target.dataset.row), column: Number(target.dataset.column) };
    }
  }

  private press(event: KeyboardEvent): void {
    const target = event.target;
    if (!(target instanceof HTMLSelectElement) || event.altKey || event.ctrlKey || event.metaKey) {
      return;
    }
    const moves: Record<string, [number, number]> = {
      ArrowUp: [-1, 0],
      ArrowDown: [1, 0],
      ArrowLeft: [0, -1],
      ArrowRight: [0, 1],
    };
    const move = moves[event.key];
    const level = LEVELS[Number(event.key) - 1];
    if (move) {
      event.preventDefault();
      this.cell(this.at.row + move[0], this.at.column + move[1])?.focus();
    } else if (level && !target.disabled && [...target.options].some((one) => one.value === level)) {
      event.preventDefault();
      target.value = level;
      target.dispatchEvent(new Event("change"));
    }
  }
}

/** Return the keys of the fields that the settings of a step are about. */
function keysIn(settings: Record<string, string>): string[] {
  return [...new Set(Object.keys(settings).map((name) => name.replace(/^(access|required):/, "")))];
}

function heading(text: string, scope: "col" | "row"): HTMLTableCellElement {
  const cell = document.createElement("th");
  cell.scope = scope;
  cell.textContent = text;
  return cell;
}

function paragraph(text: string): HTMLParagraphElement {
  const found = document.createElement("p");
  found.className = "banjie-muted mb-0";
  found.textContent = text;
  return found;
}
