/**
 * Where there is room, an item opens beside its list without loading the page anew. What is handed in there either comes
 * back to be corrected, in its place, or leads on: then the list is loaded anew, since it has changed.
 */
import { saveTyped } from "../autosave";
import { enhance, release } from "../enhance";
import { REFRESHED } from "../live/list";
import { begin } from "../operations";

const PART = "X-Banjie-Part";
const LOCATION = "X-Banjie-Location";
const WIDE = "(min-width: 1100px)";
const ITEM = "item";

export function showBeside(root: Document): void {
  const inbox = root.querySelector<HTMLElement>("[data-inbox]");
  const pane = inbox?.querySelector<HTMLElement>("[data-pane]");
  if (!inbox || !pane) {
    return;
  }
  new Pane(inbox, pane).listen();
}

class Pane {
  private running = new AbortController();

  constructor(
    private readonly inbox: HTMLElement,
    private readonly pane: HTMLElement,
  ) {}

  listen(): void {
    this.inbox.addEventListener("click", (event) => {
      const link = (event.target as HTMLElement).closest<HTMLAnchorElement>("[data-row] a[data-open]");
      const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;
      if (link && plain && matchMedia(WIDE).matches) {
        event.preventDefault();
        void this.open(link, true);
      }
    });
    this.pane.addEventListener("click", (event) => {
      const link = (event.target as HTMLElement).closest<HTMLAnchorElement>("a[data-beside]");
      if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) {
        event.preventDefault();
        void this.fill(link.href, true);
      }
    });
    this.pane.addEventListener("submit", (event) => {
      if (!event.defaultPrevented && event.target instanceof HTMLFormElement && event.target.method === "post") {
        event.preventDefault();
        void this.send(event.target, event.submitter);
      }
    });
    this.pane.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented && !typing(event.target)) {
        this.row(this.opened())?.querySelector<HTMLElement>("a[data-open]")?.focus();
      }
    });
    document.addEventListener(REFRESHED, () => this.mark(this.opened()));
    const asked = new URL(location.href).searchParams.get(ITEM);
    if (asked && matchMedia(WIDE).matches) {
      const followed = document.querySelector("[data-arrived]") !== null;
      const link = this.row(asked)?.querySelector<HTMLAnchorElement>("a[data-open]");
      void this.open(link ?? asked, followed);
    }
  }

  /** Show an item; `from` is its row's link, or its id where it lies on another page of the list. */
  private async open(from: HTMLAnchorElement | string, focus: boolean): Promise<void> {
    const address = typeof from === "string" ? this.addressOf(from) : from.href;
    if (await this.fill(address, focus)) {
      this.opens(new URL(address).pathname.split("/").pop() ?? "");
    }
  }

  /** Show what lies at an address: an item, or the form of something that is done with it; tell whether it is there. */
  private async fill(address: string, focus: boolean): Promise<boolean> {
    this.running.abort();
    this.running = new AbortController();
    const { signal } = this.running;
    try {
      await saveTyped(this.pane); // or the same item would come without it
      const response = await fetch(address, { headers: { [PART]: "1" }, signal });
      const text = await response.text();
      if (!response.ok || response.redirected || response.headers.has(LOCATION) || isWholePage(text)) {
        location.assign(address);
        return false;
      }
      this.show(text);
      if (focus) {
        this.pane.querySelector<HTMLElement>("[data-heading]")?.focus({ preventScroll: true });
        begin(this.pane);
      }
      return true;
    } catch (error) {
      if (!(error instanceof DOMException && error.name === "AbortError")) {
        release(this.pane);
        this.pane.textContent = this.pane.dataset.failed ?? "";
      }
      return false;
    }
  }

  private async send(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
    const action = submitter?.hasAttribute("formaction") ? (submitter as HTMLButtonElement).formAction : form.action;
    const body = new FormData(form, submitter);
    try {
      if (!form.matches("[data-autosave]")) {
        await saveTyped(this.pane); // what stands in the other forms comes again with the answer
      }
      const response = await fetch(action, { method: "POST", body, headers: { [PART]: "1" } });
      const onward = response.headers.get(LOCATION);
      if (onward !== null) {
        this.goOn(onward);
        return;
      }
      const text = await response.text();
      if (isWholePage(text)) {
        this.warn(form, problemIn(text));
      } else {
        this.show(text);
        this.pane.querySelector<HTMLElement>("#problem, [data-preview]")?.focus({ preventScroll: true });
      }
    } catch {
      this.warn(form, this.pane.dataset.failed ?? "");
    }
  }

  /** Go where the server leads; to an item that means: the list as it is now, with that item beside it. */
  private goOn(onward: string): void {
    const target = new URL(onward, location.href);
    const item = /^\/worklist\/([^/]+)$/.exec(target.pathname)?.[1];
    if (item) {
      const list = this.list();
      list.searchParams.set(ITEM, item);
      location.assign(list);
    } else {
      location.assign(target);
    }
  }

  private show(text: string): void {
    const parsed = new DOMParser().parseFromString(text, "text/html");
    release(this.pane);
    this.pane.replaceChildren(...parsed.body.childNodes);
    this.pane.scrollTop = 0;
    enhance(this.pane);
    void drawDiagrams(this.pane);
  }

  /** Keep what was typed, say what went wrong, and let it be sent again. */
  private warn(form: HTMLFormElement, text: string): void {
    delete form.dataset.sent;
    form.querySelectorAll("[aria-busy]").forEach((button) => {
      button.removeAttribute("aria-busy");
      button.classList.remove("btn-loading");
    });
    this.pane.querySelector("[data-warning]")?.remove();
    const warning = document.createElement("div");
    warning.className = "alert alert-danger";
    warning.dataset.warning = "";
    warning.tabIndex = -1;
    warning.setAttribute("role", "alert");
    warning.textContent = text;
    this.pane.prepend(warning);
    warning.focus();
  }

  private opens(item: string): void {
    this.mark(item);
    this.row(item)?.scrollIntoView({ block: "nearest" });
    const here = this.list();
    here.searchParams.set(ITEM, item);
    history.replaceState(null, "", here);
  }

  private mark(item: string): void {
    for (const row of this.inbox.querySelectorAll<HTMLElement>("[data-row]")) {
      const shown = item !== "" && row.dataset.row === item;
      row.classList.toggle("is-open", shown);
      row.querySelector("a[data-open]")?.toggleAttribute("aria-current", shown);
      if (shown) {
        row.querySelector("a[data-open]")?.setAttribute("aria-current", "true");
      }
    }
  }

  private list(): URL {
    return new URL(this.inbox.dataset.list ?? "", location.href);
  }

  private addressOf(item: string): string {
    const list = this.list();
    list.pathname = `/worklist/${item}`;
    return list.href;
  }

  private opened(): string {
    return new URL(location.href).searchParams.get(ITEM) ?? "";
  }

  private row(item: string): HTMLElement | null {
    return item ? this.inbox.querySelector<HTMLElement>(`[data-row="${CSS.escape(item)}"]`) : null;
  }
}

async function drawDiagrams(part: HTMLElement): Promise<void> {
  const diagrams = part.querySelectorAll<HTMLElement>("[data-diagram]");
  if (diagrams.length) {
    const { drawDiagram } = await import("../diagram/index");
    diagrams.forEach((diagram) => void drawDiagram(diagram));
  }
}

function isWholePage(text: string): boolean {
  return /<html[\s>]/i.test(text);
}

function problemIn(page: string): string {
  return new DOMParser().parseFromString(page, "text/html").querySelector("[role=alert]")?.textContent?.trim() ?? "";
}

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input:not([type=checkbox]):not([type=radio]), textarea, select");
}
