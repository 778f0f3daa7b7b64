/** The diagrams of a case: one for each version it ran on, and for each process that it called; the one of the moment is shown. */
import type { Life, Moment } from "./life";
import { Sheet, type Badge } from "./sheet";

const MAIN = "";
const MINUTE = 60;
const HOUR = 3600;
const WHOLE_DAYS = 2;
const PAPER = { width: "660px", height: "340px" };

export class Stage {
  private sheets = new Map<string, Promise<Sheet>>();
  private shown: Sheet | undefined;
  private process = MAIN;
  private moment: Moment | undefined;

  constructor(
    private life: Life,
    private place: HTMLElement,
    private choice: HTMLElement,
    private words: Record<string, string>,
  ) {}

  async show(moment: Moment): Promise<void> {
    this.moment = moment;
    this.offer(moment);
    const sheet = await this.sheet(moment.version, this.process);
    if (this.moment !== moment) {
      return; // somebody has gone on meanwhile
    }
    if (sheet !== this.shown) {
      this.place.querySelectorAll<HTMLElement>(".banjie-replay-sheet").forEach((one) => (one.hidden = one !== sheet.container));
      sheet.fit();
      this.shown = sheet;
    }
    sheet.show(moment, (id, hides) => this.badge(moment, id, hides));
    sheet.follow(moment.tokens.keys());
  }

  zoom(how: string): void {
    this.shown?.zoom(how);
  }

  /** Show the whole diagram in the width of a sheet of paper while the page is printed. */
  print(printing: boolean): void {
    Object.assign(this.place.style, printing ? PAPER : { width: "", height: "" });
    this.shown?.fit(printing);
    if (!printing && this.moment) {
      this.shown?.follow(this.moment.tokens.keys());
    }
  }

  private sheet(version: number, process: string): Promise<Sheet> {
    const key = `${version} ${process}`;
    let sheet = this.sheets.get(key);
    if (!sheet) {
      sheet = this.draw(version, process);
      this.sheets.set(key, sheet);
    }
    return sheet;
  }

  private async draw(version: number, process: string): Promise<Sheet> {
    const known = this.life.frames.versions[version]!;
    const container = document.createElement("div");
    container.className = "banjie-replay-sheet";
    this.place.append(container);
    const response = await fetch(process ? known.called[process]!.url : known.url);
    if (!response.ok) {
      throw new Error(String(response.status));
    }
    return Sheet.draw(container, await response.text(), process);
  }

  /** Offer the diagrams that there are at a moment, and say in which of them something waits. */
  private offer(moment: Moment): void {
    const { versions } = this.life.frames;
    const known = versions[moment.version]!;
    const called = Object.entries(known.called).filter(([key]) => any(moment.passed, key) || any(moment.tokens.keys(), key));
    if (!called.some(([key]) => key === this.process)) {
      this.process = MAIN;
    }
    this.choice.hidden = !called.length && versions.length === 1;
    const label = versions.length > 1 ? [text("span", `${this.words.version}：${known.label}`)] : [];
    const buttons = [[MAIN, { name: this.words.main ?? "" }] as const, ...called].map(([key, one]) => {
      const waits = key !== MAIN && any(moment.tokens.keys(), key);
      const button = text("button", `${one.name ?? key}${waits ? " ●" : ""}`) as HTMLButtonElement;
      button.type = "button";
      button.className = "btn btn-sm";
      button.setAttribute("aria-pressed", String(key === this.process));
      button.addEventListener("click", () => {
        this.process = key;
        void this.show(this.moment!);
      });
      return button;
    });
    const state = JSON.stringify([moment.version, this.process, buttons.map((one) => one.textContent)]);
    if (this.choice.dataset.state !== state) {
      this.choice.dataset.state = state;
      this.choice.replaceChildren(...label, ...(called.length ? buttons : []));
    }
  }

  private badge(moment: Moment, id: string, hides: boolean): Badge {
    const rounds = moment.rounds.get(id) ?? 0;
    const worked = moment.worked.get(id);
    const inside = hides ? moment.inside.get(id) : undefined;
    return {
      rounds: rounds > 1 ? `×${rounds}` : "",
      worked: !worked || worked < MINUTE ? "" : this.span(worked),
      inside: inside ? (this.words.inside ?? "").replace("{names}", inside.join("、")) : "",
    };
  }

  private span(seconds: number): string {
    const days = seconds / this.life.frames.day;
    if (seconds < HOUR) {
      return (this.words.minutes ?? "").replace("{n}", String(Math.round(seconds / MINUTE)));
    }
    const [word, number] = days >= WHOLE_DAYS ? [this.words.days, days] : [this.words.hours, seconds / HOUR];
    return (word ?? "").replace("{n}", number.toFixed(1));
  }
}

function any(ids: Iterable<string>, process: string): boolean {
  for (const id of ids) {
    if (id.startsWith(`${process}:`)) {
      return true;
    }
  }
  return false;
}

function text(tag: string, content: string): HTMLElement {
  const element = document.createElement(tag);
  element.textContent = content;
  return element;
}
