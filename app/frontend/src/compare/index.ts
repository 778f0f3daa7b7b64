/** One comparison: what differs between two diagrams, marked on them and listed below. */
import { changesBetween, type Change } from "./changes";
import { fillTable } from "./table";
import { Viewer } from "./viewers";
import type { Words } from "./words";

export async function compare(element: HTMLElement): Promise<void> {
  const words: Words = JSON.parse(element.querySelector("[data-words]")?.textContent ?? "{}");
  const older = await drawn("old");
  const newer = await drawn("new");
  const viewers = [newer, older].flatMap((one) => (one?.viewer.drawn ? [one.viewer] : []));
  const changes = older?.says && newer?.says ? changesBetween(older.says, newer.says) : undefined;
  if (changes) {
    older?.viewer.mark(changes.filter((one) => one.kind !== "added"), words);
    newer?.viewer.mark(changes.filter((one) => one.kind !== "removed"), words);
    list(changes);
  } else if (older) {
    tell(words.uncompared);
  }
  if (viewers.length === 2) {
    viewers[0]!.follow(viewers[1]!);
    viewers[1]!.follow(viewers[0]!);
  }
  viewers[0]?.fit(changes?.find((one) => viewers[0]!.has(one.id))?.id);
  for (const button of element.querySelectorAll<HTMLButtonElement>("[data-zoom]")) {
    button.addEventListener("click", () => zoom(button.dataset.zoom ?? ""));
  }
  element.dataset.compared = "true";

  async function drawn(side: string): Promise<{ viewer: Viewer; says: any } | undefined> {
    const canvas = element.querySelector<HTMLElement>(`[data-canvas="${side}"]`);
    const model = element.querySelector(`[data-model="${side}"]`)?.textContent;
    if (!canvas || !model) {
      return undefined;
    }
    const viewer = new Viewer(canvas);
    return { viewer, says: await viewer.draw(JSON.parse(model), words.failed) };
  }

  function list(found: Change[]): void {
    const table = element.querySelector<HTMLElement>("table");
    const body = table?.querySelector<HTMLElement>("tbody");
    if (!found.length || !table || !body) {
      tell(words.none);
      return;
    }
    fillTable(body, found, words, choose);
    table.hidden = false;
    const moved = found.filter((one) => one.kind === "moved").length;
    const counted = element.querySelector("[data-counted]");
    if (counted) {
      counted.textContent = words.counted.replace("{changed}", String(found.length - moved)).replace("{moved}", String(moved));
    }
  }

  function choose(id: string): void {
    for (const viewer of viewers) {
      viewer.choose(id);
    }
    viewers.find((one) => one.has(id))?.show(id);
  }

  function tell(text: string): void {
    const none = element.querySelector<HTMLElement>("[data-none]");
    if (none) {
      none.textContent = text;
      none.hidden = false;
    }
  }

  function zoom(how: string): void {
    if (how === "fit") {
      viewers[0]?.fitAll();
    } else {
      viewers[0]?.step(how === "in" ? 1 : -1);
    }
  }
}
