/**
 * What comes into the boxes shows in open pages at once: in the counts of the navigation, in the title of the page, and where a
 * page lists a box or the notices, in the list. While somebody has typed or marked something there, a bar offers the new list instead; its key is
 * one of those in `keys`.
 */
import { connect } from "./connect";
import { inUse, refresh, untilCalm, watchParts } from "./list";
import type { Inbox } from "./messages";

const CERTAIN_MILLISECONDS = 400;
const COUNTED = "todo";
const COMING = [COUNTED, "claimable"];
const NOTICES = "notices";

export function showNews(root: Document): void {
  const bar = root.querySelector<HTMLElement>("[data-live]");
  if (bar) {
    new News(root, bar).begin();
  }
}

class News {
  private shown: Record<string, number>;
  private listed: Record<string, number>;
  private last: Inbox | undefined;
  private known: string | undefined;
  private checking: ReturnType<typeof setTimeout> | undefined;
  private waiting: ReturnType<typeof setTimeout> | undefined;
  private check: () => void = () => {};

  constructor(
    private readonly root: Document,
    private readonly bar: HTMLElement,
  ) {
    const links = [...root.querySelectorAll<HTMLElement>("[data-live-box]")];
    this.shown = Object.fromEntries(links.map((link) => [link.dataset.liveBox ?? "", countIn(link)]));
    this.listed = this.shown;
  }

  begin(): void {
    this.title();
    if (this.lists()) {
      watchParts(this.root);
    }
    const person = this.bar.dataset.live ?? "";
    this.check = connect(person, Number(this.bar.dataset.pollSeconds), (inbox) => this.hear(inbox));
  }

  /** The first state may be older than the page; where it differs, it is asked for again before anything is shown. */
  private hear(inbox: Inbox): void {
    const first = this.last === undefined;
    this.last = inbox;
    clearTimeout(this.checking);
    if (first) {
      this.known = this.differs(inbox, this.followed(inbox)) ? undefined : this.mark(inbox);
      if (this.differs(inbox, Object.keys(inbox.counts))) {
        this.checking = setTimeout(() => this.check(), CERTAIN_MILLISECONDS);
      }
      return;
    }
    this.count(inbox.counts);
    if (this.known !== this.mark(inbox)) {
      this.known = this.mark(inbox);
      if (this.lists()) {
        this.follow();
      }
    }
  }

  private differs(inbox: Inbox, boxes: string[]): boolean {
    return boxes.some((box) => (this.shown[box] ?? 0) !== inbox.counts[box]);
  }

  /** What the lists of this page are of: the boxes, or the notices. */
  private followed(inbox: Inbox): string[] {
    const ofNotices = this.listsNotices();
    return Object.keys(inbox.counts).filter((box) => (box === NOTICES) === ofNotices);
  }

  private listsNotices(): boolean {
    return this.root.querySelector(`[data-live-list="${NOTICES}"]`) !== null;
  }

  /** A text that becomes another one whenever the lists of this page do. */
  private mark(inbox: Inbox): string {
    return JSON.stringify(this.followed(inbox).map((box) => [box, inbox.counts[box], inbox.newest[box]]));
  }

  private lists(): boolean {
    return this.root.querySelector("[data-live-list]") !== null;
  }

  private count(counts: Record<string, number>): void {
    this.shown = counts;
    for (const link of this.root.querySelectorAll<HTMLElement>("[data-live-box]")) {
      const count = counts[link.dataset.liveBox ?? ""] ?? 0;
      link.querySelector(".banjie-count")?.remove();
      if (count > 0) {
        const badge = this.root.createElement("span");
        badge.className = "banjie-count";
        badge.textContent = String(count);
        badge.setAttribute("aria-label", (this.bar.dataset.count ?? "").replace("{}", String(count)));
        link.append(badge);
      }
    }
    this.title();
  }

  private title(): void {
    const count = this.shown[COUNTED] ?? 0;
    const plain = this.root.title.replace(/^\(\d+\) /, "");
    this.root.title = count > 0 ? `(${count}) ${plain}` : plain;
  }

  /** Bring the list up to date as soon as nobody is about to press something in it, or offer to. */
  private follow(): void {
    clearTimeout(this.waiting);
    if (inUse(this.root)) {
      this.offer();
      return;
    }
    const pause = untilCalm();
    if (pause > 0) {
      this.waiting = setTimeout(() => this.follow(), pause);
    } else {
      void this.renew();
    }
  }

  private offer(): void {
    const button = this.root.createElement("button");
    button.type = "button";
    button.className = "btn btn-primary";
    button.textContent = this.news() + (this.bar.dataset.how ?? "");
    button.addEventListener("click", () => void this.renew());
    this.bar.replaceChildren(button);
  }

  private async renew(): Promise<void> {
    const news = this.news();
    try {
      if (await refresh(this.root)) {
        this.listed = this.shown;
        this.bar.replaceChildren(this.spoken(news));
        return;
      }
    } catch {
      // the server is away for the moment
    }
    this.offer();
  }

  /** For those who hear the page: the list has changed under them. */
  private spoken(news: string): HTMLElement {
    const text = this.root.createElement("span");
    text.className = "visually-hidden";
    text.textContent = news;
    return text;
  }

  private news(): string {
    const came = this.listsNotices() ? 0 : total(this.shown) - total(this.listed);
    const { came: sentence = "", changed = "" } = this.bar.dataset;
    return came > 0 ? sentence.replace("{}", String(came)) : changed;
  }
}

function countIn(link: HTMLElement): number {
  return Number(link.querySelector(".banjie-count")?.textContent ?? 0);
}

/** What there is to do; somebody's own drafts, for one, are no news to them. */
function total(counts: Record<string, number>): number {
  return COMING.reduce((sum, box) => sum + (counts[box] ?? 0), 0);
}
