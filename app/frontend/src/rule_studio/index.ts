/** The page of a draft's decision tables; they are saved with the other files as one version of the draft. */
import { type View, type Viewer } from "dmn-js-shared/lib/base/EditingManager";

import { afterPause, type Finding, listFindings, pageOf, part, say, send, showProblem, warnOnLeaving } from "../draft_page";
import { speak } from "../draft_page/translated";
import { useConstructedSheets } from "./style_sheets";
import { blankTable, Tables } from "./tables";

interface Page {
  key: string;
  version: number;
  files: Record<string, string>;
  asked: Record<string, string[]>;
  editable: boolean;
  texts: Record<string, string>;
  words: Record<string, string>;
}

const PAUSE = 500;
/** Where people's own words stand in a table. */
const WRITTEN = ".cell, .decision-table-name, .input-label, .output-label, .output-name, .input-expression, .cm-editor";

export function keepRules(root: HTMLElement): void {
  void new Studio(root).begin();
}

class Studio {
  private readonly page: Page;
  private readonly choice: HTMLSelectElement;
  private readonly canvas: HTMLElement;
  private readonly tables: Tables;
  private readonly look = afterPause(PAUSE, () => void this.check());
  private kept: Record<string, string>;
  private file = "";
  private decision = "";
  /** Whether the table that is open was changed since it was opened, and so is to be written anew. */
  private isTouched = false;
  private isSaving = false;

  constructor(private readonly root: HTMLElement) {
    this.page = pageOf<Page>(root);
    this.kept = { ...this.page.files };
    this.choice = part<HTMLSelectElement>(root, "[data-table-choice]");
    this.canvas = part(root, "[data-canvas]");
    useConstructedSheets();
    this.tables = new Tables(this.canvas, this.page.texts);
    speak(this.canvas, this.page.texts, WRITTEN);
  }

  async begin(): Promise<void> {
    this.tables.on("viewer.created", ({ viewer }) => viewer.on("elements.changed", () => this.changed()));
    this.choice.addEventListener("change", () => void this.open(this.choice.value));
    if (this.page.editable) {
      part(this.root, "[data-step-back]").addEventListener("click", () => this.stack("undo"));
      part(this.root, "[data-step-again]").addEventListener("click", () => this.stack("redo"));
      part(this.root, "[data-save-button]").addEventListener("click", () => void this.save());
      part(this.root, "[data-new-table]").addEventListener("click", () => void this.create());
      this.canvas.addEventListener("keydown", (event) => this.press(event));
      warnOnLeaving(() => this.isChanged());
    } else {
      this.canvas.inert = true;
    }
    const [first] = await this.list();
    await this.open(first ?? "");
    this.look();
    this.root.dataset.ready = "";
  }

  /** List every decision of every file, as `file decision`. */
  private async list(): Promise<string[]> {
    const options = Object.entries(this.page.files)
      .filter(([name]) => name.endsWith(".dmn"))
      .sort()
      .flatMap(([name, text]) => {
        const found = new DOMParser().parseFromString(text, "application/xml").getElementsByTagNameNS("*", "decision");
        const decisions = [...found].map((one) => [one.getAttribute("id") ?? "", one.getAttribute("name") ?? ""]);
        return (decisions.length > 0 ? decisions : [["", name]]).map(
          ([id, label]) => new Option(label || id, `${name} ${id}`),
        );
      });
    const none = new Option(this.page.words.nothing, "");
    this.choice.replaceChildren(...(options.length > 0 ? options : [none]));
    this.choice.disabled = options.length === 0;
    return options.map((one) => one.value);
  }

  private async open(chosen: string): Promise<void> {
    await this.write();
    const [file = "", decision = ""] = chosen.split(" ");
    this.choice.value = chosen;
    showProblem(this.root, "");
    this.canvas.hidden = file === "";
    if (file) {
      await this.show(file, decision);
    }
    this.file = file;
    this.decision = decision;
    this.isTouched = false;
    this.nameSteps();
    this.tell();
  }

  private async show(file: string, decision: string): Promise<void> {
    try {
      await this.tables.importXML(this.page.files[file] ?? "", { open: false });
      const views = this.tables.getViews();
      const view: View | undefined = views.find((one) => one.element.id === decision) ?? views[0];
      if (view) {
        await this.tables.open(view);
        this.canvas.hidden = false;
      } else {
        this.canvas.hidden = true;
        showProblem(this.root, this.page.words.no_table ?? "");
      }
    } catch (error) {
      this.canvas.hidden = true;
      const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : "";
      showProblem(this.root, (this.page.words.unreadable ?? "").replace("{reason}", reason));
    }
  }

  private nameSteps(): void {
    const steps = this.page.asked[this.decision];
    const words = this.page.words;
    const text = steps ? words.asked_by?.replace("{steps}", steps.join("、")) : words.asked_by_none?.replace("{decision}", this.decision);
    part(this.root, "[data-asked-by]").textContent = this.decision ? (text ?? "") : "";
  }

  private stack(act: "undo" | "redo"): void {
    const viewer: Viewer | null = this.tables.getActiveViewer();
    const stack = viewer?.get<Record<string, () => boolean | undefined>>("commandStack");
    if (act === "undo" ? stack?.canUndo?.() : stack?.canRedo?.()) {
      stack?.[act]?.();
    }
  }

  /** Take a change back by the keys, except while a cell takes back what is typed in it. */
  private press(event: KeyboardEvent): void {
    const isTyping = event.target instanceof HTMLElement && event.target.closest("[contenteditable='true'], input");
    if ((event.ctrlKey || event.metaKey) && !isTyping && ["z", "y"].includes(event.key.toLowerCase())) {
      event.preventDefault();
      this.stack(event.key.toLowerCase() === "y" || event.shiftKey ? "redo" : "undo");
    }
  }

  private changed(): void {
    this.isTouched = true;
    this.tell();
    this.look();
  }

  /** Write the table that is open into its file, where it was changed. */
  private async write(): Promise<void> {
    if (this.file && this.isTouched) {
      const { xml } = await this.tables.saveXML({ format: true });
      this.page.files[this.file] = xml;
      this.isTouched = false;
    }
  }

  private isChanged(): boolean {
    return this.isTouched || Object.entries(this.page.files).some(([name, text]) => this.kept[name] !== text);
  }

  private tell(): void {
    if (this.page.editable && !this.isSaving) {
      say(this.root, (this.isChanged() ? this.page.words.unsaved : this.page.words.saved) ?? "");
    }
  }

  private async check(): Promise<void> {
    if (!this.page.editable) {
      return;
    }
    await this.write();
    const answer = await send(this.root.dataset.check ?? "", { files: this.page.files });
    if (answer?.ok) {
      this.listAll(answer.body.findings ?? []);
    }
  }

  private listAll(findings: Finding[]): void {
    listFindings(this.root, findings, this.page.words.no_findings ?? "", (one) => void this.go(one));
  }

  private async go(one: Finding): Promise<void> {
    const found = [...this.choice.options].find((option) => option.value.startsWith(`${one.file} `));
    if (found && one.file !== this.file) {
      await this.open(found.value);
    }
    this.canvas.querySelector<HTMLElement>(`[data-element-id="${CSS.escape(one.element ?? "")}"]`)?.scrollIntoView();
  }

  private async save(): Promise<void> {
    if (this.isSaving) {
      return;
    }
    this.isSaving = true;
    say(this.root, this.page.words.saving ?? "");
    await this.write();
    const sent = { ...this.page.files };
    const answer = await send(this.root.dataset.save ?? "", { version: this.page.version, files: sent });
    this.isSaving = false;
    if (!answer?.ok) {
      showProblem(this.root, answer?.body.detail ?? this.page.words.offline ?? "");
      this.tell();
      return;
    }
    showProblem(this.root, "");
    this.page.version = Number(answer.body.version);
    this.kept = sent;
    this.listAll(answer.body.findings ?? []);
    say(this.root, this.isChanged() ? (this.page.words.unsaved ?? "") : (answer.body.text ?? ""));
  }

  private async create(): Promise<void> {
    const input = part<HTMLInputElement>(this.root, "[data-new-name]");
    const label = part<HTMLInputElement>(this.root, "[data-new-label]");
    const key = input.value.trim();
    const isGood = /^[a-z][a-z0-9_]{0,55}$/.test(key) && !(`${key}.dmn` in this.page.files);
    input.setCustomValidity(isGood ? "" : (this.page.words.name_bad ?? ""));
    if (!isGood) {
      input.reportValidity();
      return;
    }
    await this.write();
    const words = this.page.words;
    const name = label.value.trim() || key;
    this.page.files[`${key}.dmn`] = blankTable(key, name, words.input ?? "", words.output ?? "");
    input.value = label.value = "";
    input.closest("details")?.removeAttribute("open");
    await this.list();
    await this.open(`${key}.dmn ${key}`);
    this.look();
  }
}
