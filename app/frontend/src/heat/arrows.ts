/** Send backs and jumps, which no flow of the drawing stands for: dashed arrows from step to step with how often. */
import type { SentFigures } from "./figures";
import { svg } from "./svg";

const LEAST_RISE = 46;
const RISE_PER_PIXEL = 0.14;
const MOST_RISE = 150;

export class Arrows {
  private layer: SVGElement;

  constructor(private viewer: any) {
    this.layer = viewer.get("canvas").getLayer("banjie-heat-arrows", 3);
  }

  draw(sent: SentFigures[]): void {
    this.layer.replaceChildren();
    const defs = svg("defs", {}, this.layer);
    for (const mode of ["send_back", "jump"]) {
      const marker = svg("marker", { id: `banjie-heat-head-${mode}`, viewBox: "0 0 10 10", refX: 9, refY: 5, markerWidth: 7, markerHeight: 7, orient: "auto" }, defs);
      svg("path", { d: "M0 0L10 5L0 10z", class: `banjie-heat-head-${mode}` }, marker);
    }
    const registry = this.viewer.get("elementRegistry");
    sent.forEach((one) => {
      const source = registry.get(one.source ?? "");
      const target = registry.get(one.target);
      if (source && target) {
        this.arrow(one, source, target);
      }
    });
  }

  private arrow(one: SentFigures, source: any, target: any): void {
    const from = { x: source.x + source.width * 0.35, y: source.y };
    const to = { x: target.x + target.width * 0.65, y: target.y };
    const apart = Math.hypot(to.x - from.x, to.y - from.y);
    const top = Math.min(from.y, to.y) - Math.min(LEAST_RISE + apart * RISE_PER_PIXEL, MOST_RISE);
    const link = svg("a", { href: one.url, class: "banjie-heat-arrow", "aria-label": one.text }, this.layer);
    svg("title", {}, link).textContent = one.text;
    const width = 1.5 + Math.min(Math.sqrt(one.times), 5) * 0.6;
    svg(
      "path",
      {
        d: `M${from.x} ${from.y}C${from.x} ${top} ${to.x} ${top} ${to.x} ${to.y}`,
        class: one.mode === "jump" ? "banjie-heat-jump" : "banjie-heat-sent",
        "stroke-width": width,
        "marker-end": `url(#banjie-heat-head-${one.mode === "jump" ? "jump" : "send_back"})`,
      },
      link,
    );
    const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 8 + top * 0.75 };
    const text = svg("text", { x: middle.x, y: middle.y + 4, "text-anchor": "middle", class: "banjie-heat-times" }, link);
    text.textContent = String(one.times);
  }
}
