/** The page of a draft's forms: design, access by step, preview; all of it is saved as one version of the draft. */
import { afterPause, type Finding, listFindings, pageOf, part, say, send, showProblem, warnOnLeaving } from "../draft_page";
import { enhance } from "../enhance";
import { Access, type Changes } from "./access";
import { Editor } from "./editor";
import { type Page, type State } from "./page";
import { Properties } from "./properties";
import { type Component, type Field, fieldsOf, parsed } from "./schema";

const PAUSE = 400;

export function designForms(root: HTMLElement): void {
  void new Studio(root).begin();
}

class Studio {
  private readonly page: Page;
  private readonly access: Access;
  private readonly choice: HTMLSelectElement;
  private readonly step: HTMLSelectElement;
  private readonly look = afterPause(PAUSE, () => void this.preview());
  private editor: Editor | null = null;
  private properties: Properties | null = null;
  private form = "";
  /** What the editor makes of each form before anything is changed in it, and what has become of it. */
  private opened = new Map<string, string>();
  private drawn = new Map<string, Component>();
  private kept: Record<string, string>;
  private isOpening = false;
  private isSaving = false;
  private asked = 0;
  private told: Finding[] = [];

  constructor(private readonly root: HTMLElement) {
    this.page = pageOf<Page>(root);
    this.kept = { ...this.page.files };
    this.choice = part<HTMLSelectElement>(root, "[data-form-choice]");
    this.step = part<HTMLSelectElement>(root, "[data-step]");
    this.access = new Access(this.page, part(root, "[data-access]"), () => this.changed());
  }

  async begin(): Promise<void> {
    if (this.page.editable) {
      const canvas = part(this.root, "[data-canvas]");
      const palette = part(this.root, "[data-palette]");
      this.editor = new Editor(this.page, canvas, palette, () => this.changed(), () => this.properties?.show());
      this.properties = new Properties(this.page, part(this.root, "[data-properties]"), this.editor);
      part(this.root, "[data-step-back]").addEventListener("click", () => this.editor?.undo(false));
      part(this.root, "[data-step-again]").addEventListener("click", () => this.editor?.undo(true));
      part(this.root, "[data-save-button]").addEventListener("click", () => void this.save());
      part(this.root, "[data-new-form]").addEventListener("click", () => void this.create());
      const more = part<HTMLSelectElement>(this.root, "[data-use]");
      more.addEventListener("change", () => {
        this.access.use(more.value);
        this.listSteps();
      });
      warnOnLeaving(() => this.isChanged());
    }
    this.choice.addEventListener("change", () => void this.open(this.choice.value));
    this.step.addEventListener("change", () => this.look());
    const fields = part<HTMLInputElement>(this.root, "[data-filter-fields]");
    const steps = part<HTMLInputElement>(this.root, "[data-filter-steps]");
    for (const filter of [fields, steps]) {
      filter.addEventListener("input", () => this.access.narrow(fields.value, steps.value));
    }
    this.list();
    const forms = this.forms();
    await this.open(forms.includes(`${this.page.key}.form`) ? `${this.page.key}.form` : (forms[0] ?? ""));
    this.root.dataset.ready = "";
  }

  private forms(): string[] {
    return Object.keys(this.page.files).filter((name) => name.endsWith(".form")).sort();
  }

  private list(): void {
    this.choice.replaceChildren(...this.forms().map((name) => new Option(name, name)));
    this.choice.value = this.form;
  }

  private async open(form: string): Promise<void> {
    this.keepDrawn();
    this.form = form;
    this.choice.value = form;
    showProblem(this.root, "");
    const schema = this.drawn.get(form) ?? parsed(this.page.files[form] ?? "");
    if (this.editor && schema) {
      this.isOpening = true;
      try {
        await this.editor.open(structuredClone(schema));
        if (!this.opened.has(form)) {
          this.opened.set(form, JSON.stringify(this.editor.schema()));
          this.access.begin(form, fieldsOf(this.editor.schema().components));
        }
      } catch {
        showProblem(this.root, this.page.words.unreadable ?? "");
      }
      this.isOpening = false;
    } else if (form) {
      this.access.begin(form, this.fields(form));
      showProblem(this.root, schema ? "" : (this.page.words.unreadable ?? ""));
    }
    this.listSteps();
    this.properties?.show();
    this.changed();
  }

  private listSteps(): void {
    const [using, others] = [true, false].map((uses) => this.page.steps.filter((one) => (one.form === this.form) === uses));
    const chosen = this.step.value;
    this.step.replaceChildren(...(using ?? []).map((one) => new Option(one.name, one.id)));
    if (using?.some((one) => one.id === chosen)) {
      this.step.value = chosen;
    }
    const more = this.root.querySelector<HTMLSelectElement>("[data-use]");
    more?.replaceChildren(new Option(this.page.words.use, ""), ...(others ?? []).map((one) => new Option(one.name, one.id)));
  }

  /** Remember what the editor holds of the form that is shown. */
  private keepDrawn(): void {
    if (this.editor && this.form && this.opened.has(this.form) && !this.isOpening) {
      this.drawn.set(this.form, this.editor.schema());
    }
  }

  private fields(form: string): Field[] {
    return fieldsOf((this.drawn.get(form) ?? parsed(this.page.files[form] ?? ""))?.components);
  }

  /** Return the files as they would be saved: a form that was not changed stays as it was written. */
  private files(): Record<string, string> {
    this.keepDrawn();
    const files = { ...this.page.files };
    for (const [form, schema] of this.drawn) {
      if (JSON.stringify(schema) !== this.opened.get(form)) {
        files[form] = `${JSON.stringify(schema, null, 2)}\n`;
      }
    }
    return files;
  }

  private changes(): Changes {
    const forms = new Set([...this.drawn.keys(), this.form]);
    return Object.assign({}, ...[...forms].map((form) => this.access.changes(form, this.fields(form)))) as Changes;
  }

  private isChanged(): boolean {
    const files = this.files();
    const isAsItWas = Object.entries(files).every(([name, text]) => this.kept[name] === text);
    const settings = { ...this.changes(), ...this.access.chosenForms() };
    return !isAsItWas || Object.keys(settings).length > 0;
  }

  private changed(): void {
    if (this.isOpening) {
      return;
    }
    this.keepDrawn();
    this.access.show(this.form, this.fields(this.form));
    this.properties?.show();
    if (this.page.editable && !this.isSaving) {
      say(this.root, (this.isChanged() ? this.page.words.unsaved : this.page.words.saved) ?? "");
    }
    this.mark();
    this.look();
  }

  private async preview(): Promise<void> {
    const asked = ++this.asked;
    const body = { files: this.files(), access: this.changes(), forms: this.access.chosenForms(), form: this.form, step: this.step.value };
    const answer = await send(this.root.dataset.preview ?? "", body);
    if (asked !== this.asked) {
      return;
    }
    if (!answer?.ok) {
      showProblem(this.root, answer?.body.detail ?? this.page.words.offline ?? "");
      return;
    }
    const place = part(this.root, "[data-preview-body]");
    place.innerHTML = String(answer.body.html ?? "");
    enhance(place);
    place.dataset.step = this.step.value;
    this.tell(answer.body.findings ?? []);
  }

  private tell(findings: Finding[]): void {
    this.told = findings;
    listFindings(this.root, findings, this.page.words.no_findings ?? "", (one) => void this.go(one));
    this.mark();
  }

  private mark(): void {
    const here = this.told.filter((one) => one.file === this.form && one.element);
    // what form-js draws after a change is there with the next frame
    requestAnimationFrame(() => this.editor?.mark(new Map(here.map((one) => [one.element ?? "", one.message]))));
  }

  private async go(one: Finding): Promise<void> {
    if (one.file.endsWith(".form") && one.file !== this.form) {
      await this.open(one.file);
    }
    const field = this.fields(this.form).find((each) => each.key === one.element || each.label === one.element);
    if (field) {
      this.editor?.select(field.id);
    }
  }

  private async save(): Promise<void> {
    if (this.isSaving) {
      return;
    }
    this.isSaving = true;
    say(this.root, this.page.words.saving ?? "");
    const body = { version: this.page.version, files: this.files(), access: this.changes(), forms: this.access.chosenForms() };
    const answer = await send(this.root.dataset.save ?? "", body);
    this.isSaving = false;
    if (!answer?.ok) {
      showProblem(this.root, answer?.body.detail ?? this.page.words.offline ?? "");
      say(this.root, this.page.words.unsaved ?? "");
      return;
    }
    showProblem(this.root, "");
    const state = answer.body as unknown as State;
    Object.assign(this.page, { version: state.version, files: state.files, steps: state.steps });
    this.kept = { ...state.files };
    const form = this.form;
    this.opened.clear();
    this.drawn.clear();
    this.access.restart();
    this.form = "";
    await this.open(form);
    this.tell(answer.body.findings ?? []);
    say(this.root, answer.body.text ?? "");
  }

  private async create(): Promise<void> {
    const input = part<HTMLInputElement>(this.root, "[data-new-name]");
    const name = `${input.value.trim().replace(/\.form$/, "")}.form`;
    const isGood = /^[a-z][a-z0-9_]{0,59}\.form$/.test(name) && !(name in this.page.files);
    input.setCustomValidity(isGood ? "" : (this.page.words.name_bad ?? ""));
    if (!isGood) {
      input.reportValidity();
      return;
    }
    const schema = { type: "default", id: name.replace(/\.form$/, ""), schemaVersion: 18, components: [] };
    this.page.files[name] = `${JSON.stringify(schema, null, 2)}\n`;
    input.value = "";
    input.closest("details")?.removeAttribute("open");
    this.list();
    await this.open(name);
  }
}
