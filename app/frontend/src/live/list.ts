/**
 * The parts of a page that follow the boxes are marked `data-live-list="name"`. They are fetched anew from the page's own address
 * and put in the place of the old ones; focus stays on what it was on, and the first row in view stays where it is. Whatever else
 * keeps something in a part, such as rows that are chosen, puts it back when it hears `banjie:list-refreshed`.
 */
import { enhance, release } from "../enhance";

export const REFRESHED = "banjie:list-refreshed";
const PART = "[data-live-list]";
const LINK = `${PART} [data-row] a[data-open]`;
const INSIDE_A_PAGE = "X-Banjie-Part";
const OK = 200;
const CALM_MILLISECONDS = 600;
const served = new WeakMap<Element, string>();
let moved = -CALM_MILLISECONDS;

/** Remember the parts as the server sent them, before scripts change them, and when the pointer was last in one. */
export function watchParts(root: Document): void {
  for (const part of root.querySelectorAll(PART)) {
    served.set(part, part.innerHTML);
  }
  for (const kind of ["pointermove", "pointerdown"] as const) {
    root.addEventListener(kind, (event) => {
      if ((event.target as Element).closest?.(PART)) {
        moved = performance.now();
      }
    });
  }
}

/** How long until nobody is about to press something that would no longer be there. */
export function untilCalm(): number {
  return Math.max(0, moved + CALM_MILLISECONDS - performance.now());
}

/** Whether something is typed, chosen, marked or opened in the list or around it; what lies beside the list stays anyway. */
export function inUse(root: Document): boolean {
  const parts = [...root.querySelectorAll<HTMLElement>(PART)];
  const selection = root.getSelection();
  const marked = selection && !selection.isCollapsed && parts.some((part) => selection.containsNode(part, true));
  const fields = [...root.querySelectorAll<HTMLInputElement>("main input:not([type=hidden]), main textarea")];
  const typed = fields.some((field) => !field.closest("[data-pane]") && isChanged(field));
  return Boolean(marked) || typed || root.querySelector("dialog[open], [data-live-list] details[open]") !== null;
}

/** Fetch the page again and replace its parts; tells whether it did. */
export async function refresh(root: Document): Promise<boolean> {
  const answer = await fetch(location.href, { headers: { Accept: "text/html", [INSIDE_A_PAGE]: "1" } });
  if (answer.status !== OK || new URL(answer.url).pathname !== location.pathname) {
    return false; // signed out, or away: the page stays as it is
  }
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const focused = place(root);
  const keep = firstInView(root);
  for (const old of root.querySelectorAll<HTMLElement>(PART)) {
    const part = fresh.querySelector<HTMLElement>(`[data-live-list="${old.dataset.liveList}"]`);
    if (part && part.innerHTML !== served.get(old)) {
      served.set(part, part.innerHTML);
      release(old);
      old.replaceWith(root.adoptNode(part));
      enhance(part);
    }
  }
  keep();
  if (focused && root.activeElement === root.body) {
    root.querySelector<HTMLElement>(focused)?.focus({ preventScroll: true });
  }
  root.dispatchEvent(new CustomEvent(REFRESHED));
  return true;
}

function isChanged(field: HTMLInputElement): boolean {
  const ticked = field.type === "checkbox" || field.type === "radio";
  return ticked ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
}

/** A selector of the focused element of a part, by its id, its value or by where it leads. */
function place(root: Document): string | undefined {
  const focused = root.activeElement;
  if (!focused?.closest(PART)) {
    return undefined;
  }
  if (focused.id) {
    return `[id="${CSS.escape(focused.id)}"]`;
  }
  const by = focused instanceof HTMLInputElement ? "value" : "href";
  const said = focused.getAttribute(by);
  return said ? `${PART} [${by}="${CSS.escape(said)}"]` : undefined;
}

/** Note which row is the first in view of a list that was scrolled; returns what brings it back to where it was. */
function firstInView(root: Document): () => void {
  const links = [...root.querySelectorAll<HTMLAnchorElement>(LINK)];
  const scrolled = links[0] ? scrollerOf(links[0]) : undefined;
  if (!scrolled || scrolled.scrollTop === 0) {
    return () => {};
  }
  const edge = scrolled === root.scrollingElement ? 0 : scrolled.getBoundingClientRect().top;
  const first = links.find((link) => link.getBoundingClientRect().top >= edge);
  const top = first?.getBoundingClientRect().top ?? 0;
  return () => {
    const again = [...root.querySelectorAll<HTMLAnchorElement>(LINK)].find((link) => link.href === first?.href);
    scrolled.scrollBy({ top: again ? again.getBoundingClientRect().top - top : 0, behavior: "instant" });
  };
}

/** Beside an item the list scrolls by itself; else the page does. */
function scrollerOf(link: HTMLElement): Element {
  for (let one = link.parentElement; one && one !== document.body; one = one.parentElement) {
    if (one.scrollTop > 0 && one.scrollHeight > one.clientHeight) {
      return one;
    }
  }
  return document.scrollingElement ?? document.documentElement;
}
