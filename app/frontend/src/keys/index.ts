/**
 * Single keys for those who work without the mouse; the dialog `#keys` lists them. None of them is heard while somebody
 * types, and they can be switched off, for those who speak to their computer.
 */
import { announce } from "../inbox/announce";

const AFTER_G_MILLISECONDS = 1500;
const OFF = "banjie.keys.off";
const NOT_TYPED = ["checkbox", "radio", "button", "submit", "file"];
const UNDO = "u";
const DECIDE = "#decide";
/** Who has only said something goes on reading there. */
const STEP_DONE = '[data-arrived]:not([data-arrived^="comment:"])';

export function listenToKeys(root: Document): void {
  const dialog = root.querySelector<HTMLDialogElement>("#keys");
  if (!dialog) {
    return;
  }
  const keys = new Keys(root, dialog);
  root.addEventListener("keydown", (event) => keys.press(event));
  root.querySelector("[data-show-keys]")?.addEventListener("click", () => dialog.showModal());
  const off = dialog.querySelector<HTMLInputElement>("[data-keys-off]");
  if (off) {
    off.checked = localStorage.getItem(OFF) !== null;
    off.addEventListener("change", () => (off.checked ? localStorage.setItem(OFF, "1") : localStorage.removeItem(OFF)));
  }
  if (location.hash === DECIDE) {
    keys.decide();
  } else if (root.querySelector(STEP_DONE) && !root.querySelector("[data-pane]")) {
    keys.begin();
  }
}

class Keys {
  private pressedG = -Infinity;
  private current: HTMLElement | undefined;
  private at = 0;

  constructor(
    private readonly root: Document,
    private readonly dialog: HTMLDialogElement,
  ) {}

  press(event: KeyboardEvent): void {
    const quiet = event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented;
    if (quiet || isTyping(event.target)) {
      return;
    }
    const off = localStorage.getItem(OFF) !== null;
    if ((off && event.key !== "?") || event.key.length !== 1) {
      return;
    }
    const key = event.key.toLowerCase();
    if (this.root.querySelector("dialog[open]") && key !== UNDO) {
      return; // a dialog listens to nothing but Escape, unless it offers to take something back
    }
    const act = event.timeStamp - this.pressedG < AFTER_G_MILLISECONDS ? this.goTo(key) : this.actOf(key);
    this.pressedG = -Infinity;
    if (act) {
      event.preventDefault();
      act(event);
    }
  }

  /** Put the focus where one goes on after a step: on the heading of the item, or the first row of the list. */
  begin(): void {
    const form = this.root.querySelector("form[data-keep]");
    const heading = this.root.querySelector<HTMLElement>("main h1");
    if (form && heading) {
      heading.tabIndex = -1;
      heading.focus({ preventScroll: true });
    } else {
      this.links()[0]?.focus({ preventScroll: true });
    }
  }

  decide(): void {
    const decision = this.root.querySelector<HTMLElement>(".banjie-decisions :is(button[name=decision], [data-decide])");
    const together = this.root.querySelector<HTMLElement>("[data-batch]:has([data-choose]:checked) [data-batch-button]:enabled");
    if (together && !document.activeElement?.closest("[data-pane]")) {
      together.focus();
    } else if (decision) {
      decision.focus();
    } else {
      const link = this.link();
      if (link) {
        location.assign(link.href + DECIDE);
      }
    }
  }

  private actOf(key: string): ((event: KeyboardEvent) => void) | undefined {
    const acts: Record<string, (event: KeyboardEvent) => void> = {
      j: () => this.move(1),
      k: () => this.move(-1),
      x: () => this.link()?.closest("tr")?.querySelector<HTMLInputElement>("[data-choose]")?.click(),
      e: () => this.decide(),
      b: () => this.sendBack(),
      [UNDO]: () => this.undo(),
      v: () => this.root.querySelector<HTMLButtonElement>("[data-split-switch]")?.click(),
      r: () => this.root.querySelector<HTMLButtonElement>("[data-live] button")?.click(),
      g: (event) => (this.pressedG = event.timeStamp),
      "/": () => this.search(),
      "?": () => this.dialog.showModal(),
    };
    return acts[key];
  }

  /** In an open dialog only what the dialog offers. */
  private undo(): void {
    const within = this.root.querySelector("dialog[open]") ?? this.root;
    within.querySelector<HTMLButtonElement>("[data-undo] form button")?.click();
  }

  private goTo(key: string): (() => void) | undefined {
    const box = this.dialog.querySelector<HTMLAnchorElement>(`[data-go="${CSS.escape(key)}"]`);
    return box ? () => location.assign(box.href) : undefined;
  }

  private move(by: number): void {
    const links = this.links();
    const at = links.findIndex((link) => link === this.link());
    const wanted = at < 0 ? this.at : at + by; // where the row is gone, the next one has come into its place
    this.at = Math.max(0, Math.min(links.length - 1, wanted));
    const next = links[this.at];
    if (next) {
      next.focus();
      next.closest("tr")?.scrollIntoView({ block: "nearest" });
    }
  }

  /** The link of the row that has the focus, or had it last, or is shown beside the list. */
  private link(): HTMLAnchorElement | undefined {
    const focused = document.activeElement?.closest<HTMLElement>("[data-row]");
    const row = focused ?? this.again(this.current);
    this.current = row ?? this.root.querySelector<HTMLElement>("[data-row].is-open") ?? undefined;
    return this.current?.querySelector<HTMLAnchorElement>("a[data-open]") ?? undefined;
  }

  /** The same row, also after the list has been fetched anew. */
  private again(row: HTMLElement | undefined): HTMLElement | null {
    const id = row?.dataset.row ?? "";
    return row?.isConnected ? row : id ? this.root.querySelector(`[data-row="${CSS.escape(id)}"]`) : null;
  }

  private links(): HTMLAnchorElement[] {
    return [...this.root.querySelectorAll<HTMLAnchorElement>("[data-row] a[data-open]")];
  }

  private sendBack(): void {
    const control = this.root.querySelector<HTMLElement>('[data-operation="send_back"]');
    if (!control || control.matches(":disabled, [aria-disabled=true]")) {
      announce(this.dialog.dataset.noSendBack ?? "");
      return;
    }
    if (control instanceof HTMLDetailsElement) {
      control.open = true;
      control.querySelector<HTMLElement>("select, input:not([type=hidden]), textarea, button")?.focus();
    } else {
      control.focus();
      control.click();
    }
  }

  private search(): void {
    const field = this.root.querySelector<HTMLInputElement>("#q");
    field?.focus();
    field?.select();
  }
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) {
    return false;
  }
  if (target instanceof HTMLInputElement) {
    return !NOT_TYPED.includes(target.type);
  }
  return target.isContentEditable || target.matches("textarea, select") || target.closest(".ts-wrapper") !== null;
}
