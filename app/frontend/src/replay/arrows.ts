/** What was sent back, taken back or put elsewhere, as dashed arrows above the diagram. */
import type { Move } from "./life";

const SVG = "http://www.w3.org/2000/svg";
const LEAST_RISE = 36;
const RISE = 0.12;
let arrowheads = 0;

export function drawMoves(layer: SVGGElement, moves: Move[], find: (id: string) => any): void {
  const head = `banjie-arrowhead-${++arrowheads}`;
  layer.replaceChildren(arrowhead(head), ...moves.map((move) => arrow(move, find(move.origin), find(move.target), head)));
}

function arrow(move: Move, from: any, to: any, head: string): SVGGElement {
  const [begin, end] = [top(from), top(to)];
  const rise = LEAST_RISE + Math.abs(end.x - begin.x) * RISE;
  const peak = Math.min(begin.y, end.y) - rise;
  const line = make("path", {
    d: `M ${begin.x} ${begin.y} C ${begin.x} ${peak}, ${end.x} ${peak}, ${end.x} ${end.y - 2}`,
    "marker-end": `url(#${head})`,
  });
  const group = make("g", { class: `banjie-move banjie-move-${move.mode}${move.latest ? " is-latest" : ""}` }) as SVGGElement;
  group.append(line);
  if (move.times > 1) {
    const times = make("text", { x: String((begin.x + end.x) / 2), y: String(peak + rise / 4 - 3) });
    times.textContent = `×${move.times}`;
    group.append(times);
  }
  return group;
}

function top(shape: any): { x: number; y: number } {
  return { x: shape.x + shape.width / 2, y: shape.y };
}

function arrowhead(id: string): SVGElement {
  const defs = make("defs", {});
  const marker = make("marker", { id, viewBox: "0 0 10 10", refX: "9", refY: "5", markerWidth: "8", markerHeight: "8", orient: "auto" });
  marker.append(make("path", { d: "M 0 0 L 10 5 L 0 10 z", class: "banjie-arrowhead" }));
  defs.append(marker);
  return defs;
}

function make(name: string, attributes: Record<string, string>): SVGElement {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) {
    element.setAttribute(key, value);
  }
  return element;
}
