/**
 * The parts of a page that follow the boxes are marked `data-live-list="name"`. They are fetched anew from the page's own address
 * and put in the place of the old ones; focus stays on what it was on, and the first row in view stays where it is.
 */
const PART = "[data-live-list]";
const CALM_MILLISECONDS = 600;
let moved = -CALM_MILLISECONDS;

export function watchPointer(root: Document): void {
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

/** Whether something is typed, marked or opened that a new list would take away. */
export function inUse(root: Document): boolean {
  const parts = [...root.querySelectorAll<HTMLElement>(PART)];
  const selection = root.getSelection();
  const marked = selection && !selection.isCollapsed && parts.some((part) => selection.containsNode(part, true));
  const typed = [...root.querySelectorAll<HTMLInputElement>("main input:not([type=hidden]), main textarea")].some(
    (field) => (field.type === "checkbox" || field.type === "radio" ? field.checked !== field.defaultChecked : field.value !== field.defaultValue),
  );
  return Boolean(marked) || typed || root.querySelector("dialog[open], [data-live-list] details[open]") !== null;
}

/** Fetch the page again and replace its parts; tells whether it did. */
export async function refresh(root: Document): Promise<boolean> {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok || new URL(answer.url).pathname !== location.pathname) {
    return false; // signed out, or away: the page stays as it is
  }
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const focused = place(root);
  const anchor = firstInView(root);
  for (const old of root.querySelectorAll<HTMLElement>(PART)) {
    const part = fresh.querySelector<HTMLElement>(`[data-live-list="${old.dataset.liveList}"]`);
    if (part && part.innerHTML !== old.innerHTML) {
      old.replaceWith(root.adoptNode(part));
    }
  }
  if (anchor) {
    const now = root.querySelector(`[id="${anchor.id}"]`)?.getBoundingClientRect().top;
    window.scrollBy({ top: now === undefined ? 0 : now - anchor.top, behavior: "instant" });
  }
  if (focused && root.activeElement === root.body) {
    root.querySelector<HTMLElement>(focused)?.focus({ preventScroll: true });
  }
  root.dispatchEvent(new CustomEvent("banjie:list-refreshed"));
  return true;
}

/** A selector of the focused element of a part, by its id, or by where it leads and what describes it. */
function place(root: Document): string | undefined {
  const focused = root.activeElement;
  if (!focused?.closest(PART)) {
    return undefined;
  }
  if (focused.id) {
    return `[id="${CSS.escape(focused.id)}"]`;
  }
  const href = focused.getAttribute("href");
  const described = focused.getAttribute("aria-describedby");
  const by = described ? `[aria-describedby="${CSS.escape(described)}"]` : "";
  return href ? `${PART} [href="${CSS.escape(href)}"]${by}` : undefined;
}

function firstInView(root: Document): { id: string; top: number } | undefined {
  if (window.scrollY === 0) {
    return undefined;
  }
  for (const one of root.querySelectorAll<HTMLElement>(`${PART} [id]`)) {
    const { top } = one.getBoundingClientRect();
    if (top >= 0) {
      return { id: one.id, top };
    }
  }
  return undefined;
}
