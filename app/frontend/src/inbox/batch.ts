/**
 * Acting on many items goes on in small portions, so that one sees how far it is; each item is told what became of it. What has
 * to be asked is asked once, before. What was completed so can be taken back together, for as long as a single step can.
 */
import { enhance, release } from "../enhance";
import { begin } from "../operations";
import { giveBack } from "../submit_once";
import { countDown } from "./undo";

const PORTION = 10;
const ADDRESS = "form[data-batch-address]";

export function actOnMany(root: Document): void {
  const form = root.querySelector<HTMLFormElement>("form[data-batch]");
  const dialog = root.querySelector<HTMLDialogElement>("[data-batch-dialog]");
  const parts = dialog && partsOf(dialog);
  if (form && dialog && parts) {
    new Batch(form, dialog, parts).listen();
  }
}

interface Parts {
  address: HTMLElement;
  run: HTMLElement;
  progress: HTMLProgressElement;
  said: HTMLElement;
  results: HTMLElement;
  finish: HTMLAnchorElement;
  undo: HTMLElement;
}

function partsOf(dialog: HTMLDialogElement): Parts | undefined {
  const address = dialog.querySelector<HTMLElement>("[data-address]");
  const run = dialog.querySelector<HTMLElement>("[data-run]");
  const progress = dialog.querySelector("progress");
  const said = dialog.querySelector<HTMLElement>("[data-progress]");
  const results = dialog.querySelector<HTMLElement>("[data-results]");
  const finish = dialog.querySelector<HTMLAnchorElement>("[data-finish]");
  const undo = dialog.querySelector<HTMLElement>("[data-take-back]");
  return address && run && progress && said && results && finish && undo
    ? { address, run, progress, said, results, finish, undo }
    : undefined;
}

class Batch {
  private phase: "asking" | "running" | "done" = "asking";
  private told: HTMLElement[] = [];

  constructor(
    private readonly form: HTMLFormElement,
    private readonly dialog: HTMLDialogElement,
    private readonly parts: Parts,
  ) {}

  listen(): void {
    this.form.addEventListener("submit", (event) => {
      const button = event.submitter;
      if (event.defaultPrevented || !(button instanceof HTMLButtonElement)) {
        return;
      }
      event.preventDefault();
      const body = new FormData(this.form, button);
      void (button.hasAttribute("data-asks") ? this.ask(body) : this.carryOut(body));
    });
    this.dialog.addEventListener("submit", (event) => {
      if (!event.defaultPrevented && event.target instanceof HTMLFormElement) {
        event.preventDefault();
        void this.carryOut(new FormData(event.target, event.submitter));
      }
    });
    this.dialog.addEventListener("click", (event) => {
      if ((event.target as Element).closest("[data-cancel]")) {
        event.preventDefault();
        this.dialog.close();
      }
    });
    this.dialog.addEventListener("cancel", (event) => {
      if (this.phase === "running") {
        event.preventDefault(); // what runs is not left half seen
      }
    });
    this.dialog.addEventListener("close", () => this.closed());
  }

  /** Ask what has to be known of all items, in the form that the server has for it. */
  private async ask(body: FormData): Promise<void> {
    const answer = await send(this.form.action, body);
    const asked = new DOMParser().parseFromString(answer, "text/html");
    if (!asked.querySelector(ADDRESS)) {
      this.show("run");
      this.finished(problemIn(answer));
      return;
    }
    this.parts.address.replaceChildren(...asked.body.childNodes);
    this.show("address");
    enhance(this.parts.address);
    begin(this.parts.address);
  }

  private async carryOut(body: FormData): Promise<void> {
    const { progress } = this.parts;
    const items = body.getAll("item");
    const counts = { done: 0, refused: 0, total: items.length };
    this.phase = "running";
    this.start(counts);
    for (let start = 0; start < items.length; start += PORTION) {
      const answer = await send(this.form.action, portionOf(body, items.slice(start, start + PORTION)));
      const told = new DOMParser().parseFromString(answer, "text/html").querySelector<HTMLElement>("[data-done]");
      if (!told) {
        this.say("text", counts);
        this.stop(answer, start === 0);
        return;
      }
      counts.done += Number(told.dataset.done);
      counts.refused += Number(told.dataset.refused);
      this.told.push(...told.querySelectorAll("li"));
      progress.value = Math.min(start + PORTION, items.length);
      this.say("running", counts);
    }
    this.say("text", counts);
    this.finished();
  }

  private start(counts: Record<string, number>): void {
    const { progress, results, finish, undo } = this.parts;
    progress.max = counts.total ?? 0;
    progress.value = 0;
    results.replaceChildren();
    this.told = [];
    finish.hidden = true;
    delete undo.dataset.undo;
    this.say("running", counts);
    this.show("run");
    this.dialog.querySelector<HTMLElement>("h2")?.focus();
  }

  /** Nothing more is done: what was asked is asked again if nothing was done with it, else it is said how far it went. */
  private stop(answer: string, untouched: boolean): void {
    const asked = this.parts.address.querySelector<HTMLElement>("[data-problem]");
    if (!asked || !untouched) {
      this.finished(problemIn(answer));
      return;
    }
    this.phase = "asking";
    this.show("address");
    giveBack();
    asked.textContent = problemIn(answer);
    asked.closest("form")?.addEventListener("change", () => (asked.textContent = ""), { once: true });
    asked.focus();
  }

  /** Say what became of each item, first of those that are left to do: they are not sought among what is done. */
  private finished(problem = ""): void {
    const { results } = this.parts;
    this.phase = "done";
    if (problem) {
      const said = document.createElement("p");
      said.className = "text-danger";
      said.setAttribute("role", "alert");
      said.textContent = problem;
      results.append(said);
    }
    const list = document.createElement("ul");
    list.className = "banjie-results";
    list.append(...this.told.filter((one) => one.matches(".is-refused")));
    list.append(...this.told.filter((one) => !one.matches(".is-refused")));
    results.append(list);
    this.offerUndo();
    this.parts.finish.hidden = false;
    this.parts.finish.focus();
  }

  private offerUndo(): void {
    const { undo } = this.parts;
    const done = this.told.filter((one) => one.dataset.takenBackBy);
    const form = undo.querySelector("form");
    const button = undo.querySelector("button");
    const seconds = done.at(-1)?.dataset.seconds;
    if (!form || !button || !seconds) {
      return;
    }
    form.querySelectorAll("[name=item]").forEach((input) => input.remove());
    for (const one of done) {
      const input = document.createElement("input");
      input.type = "hidden";
      input.name = "item";
      input.value = one.dataset.takenBackBy ?? "";
      form.append(input);
    }
    button.textContent = (button.dataset.text ?? "").replace("{count}", String(done.length));
    undo.dataset.undo = seconds;
    countDown(undo, () => delete undo.dataset.undo);
  }

  private show(part: "address" | "run"): void {
    this.parts.address.hidden = part !== "address";
    this.parts.run.hidden = part !== "run";
    if (!this.dialog.open) {
      this.dialog.showModal();
    }
  }

  private say(which: "running" | "text", counts: Record<string, number>): void {
    const { said } = this.parts;
    const text = said.dataset[which] ?? "";
    said.textContent = text.replace(/\{(\w+)\}/g, (_all, name: string) => String(counts[name] ?? ""));
  }

  /** Nothing was done: the list is as it was; else it is loaded anew. */
  private closed(): void {
    if (this.phase !== "asking") {
      location.assign(this.parts.finish.href);
      return;
    }
    release(this.parts.address);
    this.parts.address.replaceChildren();
    giveBack();
  }
}

function portionOf(body: FormData, items: FormDataEntryValue[]): FormData {
  const portion = new FormData();
  for (const [name, value] of body) {
    if (name !== "item") {
      portion.append(name, value);
    }
  }
  items.forEach((item) => portion.append("item", item));
  return portion;
}

async function send(address: string, body: FormData): Promise<string> {
  try {
    const response = await fetch(address, { method: "POST", body, headers: { "X-Banjie-Part": "1" } });
    return await response.text();
  } catch (error) {
    return String(error);
  }
}

function problemIn(answer: string): string {
  const told = new DOMParser().parseFromString(answer, "text/html").querySelector("[role=alert]");
  return told?.textContent?.trim() ?? answer.slice(0, 200);
}
