/** The flows of the drawing: a band behind each, the wider the more often it was taken; grey where it never was. */
import type { Figures } from "./figures";
import { svg } from "./svg";

const NARROWEST = 3;
const WIDER = 13;
const NEVER = "#ced4da";

export class Ways {
  private labels: string[] = [];

  constructor(
    private viewer: any,
    private flows: Figures["flows"],
  ) {}

  draw(): void {
    const most = Math.max(1, ...Object.values(this.flows).map((one) => one.times));
    const registry = this.viewer.get("elementRegistry");
    const layer = this.viewer.get("canvas").getLayer("banjie-heat-ways", -1);
    for (const [id, { times }] of Object.entries(this.flows)) {
      const way = registry.get(id);
      if (way && times) {
        const points = way.waypoints.map((one: Point) => `${one.x},${one.y}`).join(" ");
        svg("polyline", { points, class: "banjie-heat-way", "stroke-width": NARROWEST + WIDER * Math.sqrt(times / most) }, layer);
      } else if (way) {
        const path = registry.getGraphics(id).querySelector(".djs-visual > path") as SVGElement | null;
        path?.style.setProperty("stroke", NEVER, "important");
      }
    }
  }

  /** Write on each flow how often it was taken, or nothing. */
  label(shown: boolean): void {
    const overlays = this.viewer.get("overlays");
    const registry = this.viewer.get("elementRegistry");
    this.labels.splice(0).forEach((one) => overlays.remove(one));
    for (const [id, { times, url }] of Object.entries(shown ? this.flows : {})) {
      const way = registry.get(id);
      if (way && times) {
        const note = document.createElement("a");
        note.className = "banjie-heat-passed";
        note.href = url;
        note.textContent = String(times);
        const at = middle(way.waypoints);
        const box = corner(way.waypoints);
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

function corner(points: Point[]): Point {
  return { x: Math.min(...points.map((one) => one.x)), y: Math.min(...points.map((one) => one.y)) };
}
