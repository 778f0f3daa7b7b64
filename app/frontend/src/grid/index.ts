/**
 * Tables marked with `data-grid` are walked through with the arrow keys: one of their links is reached by the tabulator, the
 * others from there. Without a script each link is reached by the tabulator.
 */
export function walkGrids(root: ParentNode): void {
  for (const table of root.querySelectorAll<HTMLTableElement>("table[data-grid]")) {
    const grid = new Grid(table);
    table.addEventListener("keydown", (event) => grid.press(event));
    table.addEventListener("focusin", (event) => grid.enter(event.target));
  }
}

class Grid {
  private readonly links: HTMLAnchorElement[];

  constructor(table: HTMLTableElement) {
    this.links = [...table.querySelectorAll<HTMLAnchorElement>("tbody a")];
    this.links.forEach((link, at) => (link.tabIndex = at ? -1 : 0));
  }

  enter(target: EventTarget | null): void {
    if (target instanceof HTMLAnchorElement && this.links.includes(target)) {
      this.links.forEach((link) => (link.tabIndex = link === target ? 0 : -1));
    }
  }

  press(event: KeyboardEvent): void {
    const from = this.links.find((link) => link === event.target);
    const step = STEPS[event.key];
    if (!from || !step || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    event.preventDefault();
    const to = step[0] ? this.beside(from, step[0]) : this.below(from, step[1]);
    to?.focus();
  }

  /** The nearest link to the left or right, in the row whose middle is nearest. */
  private beside(from: HTMLAnchorElement, direction: number): HTMLAnchorElement | undefined {
    const here = middle(from);
    const there = this.links.filter((link) => (middle(link).x - here.x) * direction > NEAR);
    const nearest = Math.min(...there.map((link) => Math.abs(middle(link).x - here.x)));
    return closest(
      there.filter((link) => Math.abs(middle(link).x - here.x) < nearest + NEAR),
      (link) => Math.abs(middle(link).y - here.y),
    );
  }

  /** The nearest link above or below in the same column. */
  private below(from: HTMLAnchorElement, direction: number): HTMLAnchorElement | undefined {
    const here = middle(from);
    return closest(
      this.links.filter(
        (link) => Math.abs(middle(link).x - here.x) < NEAR && (middle(link).y - here.y) * direction > 0,
      ),
      (link) => Math.abs(middle(link).y - here.y),
    );
  }
}

const STEPS: Record<string, [number, number] | undefined> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
const NEAR = 20;

function middle(link: HTMLElement): { x: number; y: number } {
  const box = (link.closest("td") ?? link).getBoundingClientRect();
  const own = link.getBoundingClientRect();
  return { x: box.left + box.width / 2, y: own.top + own.height / 2 };
}

function closest<Kind>(among: Kind[], far: (one: Kind) => number): Kind | undefined {
  return among.reduce<Kind | undefined>((best, one) => (best === undefined || far(one) < far(best) ? one : best), undefined);
}
