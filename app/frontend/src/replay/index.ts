/** The replay of a case: a slider over its life, the diagram and what was known at the moment that was chosen. */
import { announce } from "../inbox/announce";
import { Known } from "./known";
import { Life, type Frames } from "./life";
import { Player } from "./player";
import { Stage } from "./stage";

const SLIDES_MILLISECONDS = 150;
const SAID_MILLISECONDS = 350;
const KEYS_OFF = "banjie.keys.off";

export async function replay(root: HTMLElement): Promise<void> {
  const frames: Frames = JSON.parse(root.querySelector("[data-frames]")?.textContent ?? "null");
  const page = new Replay(root, new Life(frames));
  await page.begin();
}

class Replay {
  private seq: number;
  private byTime = false;
  private slid = 0;
  private said = 0;
  private readonly words: Record<string, string>;
  private readonly slider: HTMLInputElement;
  private readonly jump: HTMLSelectElement;
  private readonly stage: Stage;
  private readonly known: Known;
  private readonly player: Player;

  constructor(
    private readonly root: HTMLElement,
    private readonly life: Life,
  ) {
    this.words = JSON.parse(root.dataset.words ?? "{}");
    this.seq = Number(root.dataset.seq);
    this.slider = this.find<HTMLInputElement>("[data-slider]");
    this.jump = this.find<HTMLSelectElement>("[data-jump]");
    this.stage = new Stage(life, this.find("[data-stage]"), this.find("[data-diagrams]"), this.words);
    const here = this.find("[data-moment-here]");
    this.known = new Known(here, root.dataset.moment ?? "", this.seq, this.words.unreachable ?? "");
    this.player = new Player((seconds) => this.playOn(seconds));
  }

  async begin(): Promise<void> {
    this.root.querySelectorAll<HTMLElement>("[data-controls]").forEach((one) => (one.hidden = false));
    this.fill("[data-people]", "who", this.life.frames.people);
    this.fill("[data-steps]", "place", this.life.frames.elements.map((_id, place) => this.life.name(place)), this.life.frames.place);
    this.listen();
    history.replaceState({ seq: this.seq }, "", location.href);
    this.tell();
    try {
      await this.stage.show(this.life.moment(this.seq));
      this.root.dataset.drawn = "true";
    } catch {
      this.find("[data-stage]").textContent = this.words.undrawn ?? "";
    }
  }

  /** Go to a moment; one that was chosen, not slid over, can be come back to. */
  private go(seq: number, chosen = false, back = false): void {
    const wanted = Math.max(1, Math.min(this.life.length, seq));
    if (wanted === this.seq) {
      return;
    }
    this.seq = wanted;
    this.root.dataset.seq = String(wanted);
    void this.stage.show(this.life.moment(wanted)).catch(() => undefined);
    this.known.show(wanted);
    this.tell();
    window.clearTimeout(this.slid);
    if (back) {
      return;
    }
    const url = new URL(location.href);
    url.searchParams.set("at", String(wanted));
    if (chosen) {
      history.pushState({ seq: wanted }, "", url);
    } else {
      this.slid = window.setTimeout(() => history.replaceState({ seq: wanted }, "", url), SLIDES_MILLISECONDS);
    }
  }

  private tell(): void {
    const { frames } = this.life;
    const at = this.seq - 1;
    const when = new Date((frames.begin + frames.at[at]!) * 1000);
    const time = when.toLocaleString("sv-SE", { timeZone: "Asia/Shanghai" }).slice(0, 16);
    const step = (this.words.step ?? "").replace("{seq}", String(this.seq)).replace("{count}", String(this.life.length));
    const line = [step, time, frames.people[frames.who[at]!], frames.kinds[frames.kind[at]!], frames.labels[frames.label[at]!]];
    const text = line.filter(Boolean).join(" · ");
    this.find("[data-now]").textContent = text;
    this.slider.value = String(this.byTime ? frames.at[at] : this.seq);
    this.slider.setAttribute("aria-valuetext", text);
    window.clearTimeout(this.said);
    if (!this.player.playing && document.activeElement !== this.slider) {
      this.said = window.setTimeout(() => announce(text), SAID_MILLISECONDS);
    }
  }

  private listen(): void {
    this.slider.addEventListener("input", () => {
      this.player.pause();
      this.go(this.byTime ? this.life.seqAt(Number(this.slider.value)) : Number(this.slider.value));
    });
    this.root.querySelectorAll<HTMLElement>("[data-by]").forEach((button) =>
      button.addEventListener("click", () => this.slideBy(button.dataset.by === "time")),
    );
    const acts: Record<string, () => void> = {
      first: () => this.go(1, true),
      last: () => this.go(this.life.length, true),
      back: () => this.go(this.seq - 1),
      forth: () => this.go(this.seq + 1),
      previous: () => this.seek(-1),
      next: () => this.seek(1),
      play: () => this.play(),
    };
    this.root.querySelectorAll<HTMLElement>("[data-go]").forEach((button) =>
      button.addEventListener("click", () => {
        if (button.dataset.go !== "play") {
          this.player.pause();
        }
        acts[button.dataset.go ?? ""]?.();
        this.showPlaying();
      }),
    );
    this.root.querySelectorAll<HTMLElement>("[data-zoom]").forEach((button) =>
      button.addEventListener("click", () => this.stage.zoom(button.dataset.zoom ?? "")),
    );
    this.root.addEventListener("click", (event) => {
      const link = (event.target as HTMLElement).closest<HTMLElement>("a[data-at]");
      if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
        event.preventDefault();
        this.go(Number(link.dataset.at), true);
      }
    });
    window.addEventListener("popstate", (event) => {
      const seq = Number(event.state?.seq);
      if (seq) {
        this.go(seq, false, true);
      }
    });
    document.addEventListener("keydown", (event) => this.press(event, acts));
    window.addEventListener("beforeprint", () => this.stage.print(true));
    window.addEventListener("afterprint", () => this.stage.print(false));
    const print = document.querySelector<HTMLElement>("[data-print]");
    print?.removeAttribute("hidden");
    print?.addEventListener("click", () => window.print());
  }

  private press(event: KeyboardEvent, acts: Record<string, () => void>): void {
    const target = event.target as HTMLElement;
    const typing = target.closest("select, textarea, input:not([type=range]), [contenteditable]");
    const quiet = event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented;
    if (quiet || typing || document.querySelector("dialog[open]")) {
      return;
    }
    const keys: Record<string, string> = {
      ArrowLeft: event.shiftKey ? "previous" : "back",
      ArrowRight: event.shiftKey ? "next" : "forth",
      Home: "first",
      End: "last",
      " ": "play",
    };
    const act = keys[event.key];
    const pressing = event.key === " " && target.closest("button, a, summary");
    if (!act || pressing || (event.key === " " && localStorage.getItem(KEYS_OFF) !== null)) {
      return;
    }
    event.preventDefault();
    if (act !== "play") {
      this.player.pause();
    }
    acts[act]?.();
    this.showPlaying();
  }

  private slideBy(time: boolean): void {
    this.byTime = time;
    const { at } = this.life.frames;
    const end = at[at.length - 1]!;
    this.slider.min = time ? "0" : "1";
    this.slider.max = String(time ? Math.max(end, 1) : this.life.length);
    this.slider.step = time ? "any" : "1";
    this.slider.value = String(time ? at[this.seq - 1] : this.seq);
    this.root.querySelectorAll<HTMLElement>("[data-by]").forEach((one) =>
      one.setAttribute("aria-pressed", String((one.dataset.by === "time") === time)),
    );
  }

  private seek(by: 1 | -1): void {
    const found = this.life.find(this.seq, by, this.wanted());
    if (found === undefined) {
      announce(this.words.none ?? "");
      this.find("[data-now]").textContent = this.words.none ?? "";
    } else {
      this.go(found, true);
    }
  }

  /** What is looked for; without a choice every act, which is where what follows from it was settled. */
  private wanted(): (at: number) => boolean {
    const { flags, who, place, at: times } = this.life.frames;
    const [what, number] = this.jump.value.split(":");
    const value = Number(number);
    const tests: Record<string, (at: number) => boolean> = {
      flag: (at) => (flags[at]! & value) !== 0,
      who: (at) => who[at] === value && (at === 0 || who[at - 1] !== value || times[at] !== times[at - 1]),
      place: (at) => place[at] === value,
    };
    return tests[what ?? ""] ?? ((at) => at === 0 || times[at] !== times[at - 1]);
  }

  private play(): void {
    if (!this.player.playing && this.seq === this.life.length) {
      this.go(1);
    }
    this.player.toggle(this.byTime ? this.life.frames.at[this.seq - 1]! : this.seq);
  }

  /** Called for each frame while playing: two events a second, or the whole life in a minute, times the speed. */
  private playOn(seconds: number): boolean {
    const speed = Number(this.find<HTMLSelectElement>("[data-speed]").value);
    const { at } = this.life.frames;
    const whole = at[at.length - 1]!;
    const reached = this.player.advance(this.byTime ? (seconds * speed * whole) / 60 : seconds * speed * 2);
    this.go(this.byTime ? this.life.seqAt(reached) : Math.floor(reached));
    if (this.byTime) {
      this.slider.value = String(reached);
    }
    const on = this.seq < this.life.length;
    if (!on) {
      this.showPlaying(false);
    }
    return on;
  }

  private showPlaying(playing = this.player.playing): void {
    const button = this.find("[data-go=play]");
    button.textContent = (playing ? this.words.pause : this.words.play) ?? "";
    button.setAttribute("aria-pressed", String(playing));
  }

  private fill(place: string, what: string, labels: string[], used?: number[]): void {
    const occurring = used ? new Set(used) : undefined;
    const options = labels
      .map((label, number) => [label, number] as const)
      .filter(([label, number]) => label && (!occurring || occurring.has(number)))
      .map(([label, number]) => new Option(label, `${what}:${number}`));
    this.find(place).replaceChildren(...options);
  }

  private find<T extends HTMLElement>(selector: string): T {
    return this.root.querySelector<T>(selector)!;
  }
}
