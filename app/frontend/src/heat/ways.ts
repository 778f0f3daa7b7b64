/** The flows of the drawing: the thicker the more often they were taken, grey where they never were. */
import type { Figures } from "./figures";

const THINNEST = 1.5;
const THICKEST_MORE = 6.5;

export class Ways {
  private labels: string[] = [];

  constructor(
    private viewer: any,
    private flows: Figures["flows"],
  ) {}

  draw(): void {
    const most = Math.max(1, ...Object.values(this.flows).map((one) => one.times));
    const registry = this.viewer.get("elementRegistry");
    for (const [id, { times }] of Object.entries(this.flows)) {
      const path = registry.getGraphics(id)?.querySelector(".djs-visual > path") as SVGElement | null | undefined;
      if (path) {
        path.style.setProperty("stroke-width", `${times ? THINNEST + THICKEST_MORE * Math.sqrt(times / most) : 1}px`, "important");
        path.style.setProperty("stroke", times ? "#495057" : "#ced4da", "important");
      }
    }
  }

  /** Write on each flow how often it was taken, or nothing. */
  label(shown: boolean): void {
    const overlays = this.viewer.get("overlays");
    const registry = this.viewer.get("elementRegistry");
    this.labels.splice(0).forEach((one) => overlays.remove(one));
    if (!shown) {
      return;
    }
    for (const [id, { times }] of Object.entries(this.flows)) {
      const way = registry.get(id);
      if (way && times) {
        const note = document.createElement("div");
        note.className = "banjie-heat-passed";
        note.textContent = String(times);
        const at = middle(way.waypoints);
        const box = bounds(way.waypoints);
        this.labels.push(overlays.add(id, { position: { left: at.x - box.x, top: at.y - box.y }, html: note }));
      }
    }
  }
}

interface Point {
  x: number;
  y: number;
}

/** Return the point in the middle of the longest part of a way. */
function middle(points: Point[]): Point {
  let longest = -1;
  let found = points[0]!;
  for (let index = 1; index < points.length; index += 1) {
    const [from, to] = [points[index - 1]!, points[index]!];
    const length = Math.hypot(to.x - from.x, to.y - from.y);
    if (length > longest) {
      longest = length;
      found = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
    }
  }
  return found;
}

function bounds(points: Point[]): Point {
  return { x: Math.min(...points.map((one) => one.x)), y: Math.min(...points.map((one) => one.y)) };
}
