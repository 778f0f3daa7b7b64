/** The heat itself: a soft spot behind each step, the warmer the more of the measure lies there. */
import { colour } from "./colours";
import { svg } from "./svg";

const RINGS = 4;
/** How far a spot reaches beyond its step: the coolest, and how much more the warmest. */
const REACH = 14;
const REACH_MORE = 60;

export class Spots {
  private layer: SVGElement;

  constructor(private viewer: any) {
    this.layer = viewer.get("canvas").getLayer("banjie-heat-spots", -1);
    this.layer.setAttribute("aria-hidden", "true");
  }

  /** Draw spots anew; the shares lie between 0 and 1, by the ids of steps. */
  draw(shares: Map<string, number>): void {
    this.layer.replaceChildren();
    const defs = svg("defs", {}, this.layer);
    const warmestLast = [...shares].sort(([, one], [, other]) => one - other);
    for (const [id, share] of warmestLast) {
      const shape = this.viewer.get("elementRegistry").get(id);
      if (shape && share > 0) {
        this.spot(defs, shape, share);
      }
    }
  }

  private spot(defs: SVGElement, shape: any, share: number): void {
    const id = `banjie-heat-${shape.id}`;
    const gradient = svg("radialGradient", { id }, defs);
    for (let ring = 0; ring <= RINGS; ring += 1) {
      const outwards = ring / RINGS;
      const faded = (1 - outwards) ** 1.4;
      svg("stop", { offset: outwards, "stop-color": colour(share * (0.35 + 0.65 * faded)), "stop-opacity": 0.85 * faded }, gradient);
    }
    const reach = REACH + REACH_MORE * share;
    svg(
      "ellipse",
      {
        cx: shape.x + shape.width / 2,
        cy: shape.y + shape.height / 2,
        rx: shape.width / 2 + reach,
        ry: shape.height / 2 + reach,
        fill: `url(#${id})`,
      },
      this.layer,
    );
  }
}
