/** One drawing with the figures of its steps: what is chosen above it is drawn, and links lead to the cases behind it. */
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";

import { Arrows } from "./arrows";
import { colour, tint } from "./colours";
import type { Figures, StepFigures } from "./figures";
import { Spots } from "./spots";
import { svg } from "./svg";
import { Ways } from "./ways";

/** Below this scale not even the spots of a whole drawing can be told apart; then its beginning is shown, to be read. */
const SMALLEST = 0.3;
const READABLE = 0.75;
const FRAMES = ["bpmn:Participant", "bpmn:Lane", "bpmn:SubProcess"];
const SCALE_STEPS = 32;

export async function showHeat(element: HTMLElement): Promise<void> {
  const container = element.querySelector<HTMLElement>("[data-canvas]");
  const figures: Figures = JSON.parse(element.querySelector("[data-figures]")?.textContent ?? "{}");
  if (!container) {
    return;
  }
  const viewer: any = new NavigatedViewer({ container });
  try {
    const response = await fetch(element.dataset.url ?? "");
    await viewer.importXML(await response.text());
  } catch {
    container.textContent = element.dataset.failed ?? "";
    return;
  }
  const canvas = viewer.get("canvas");
  const registry = viewer.get("elementRegistry");
  const overlays = viewer.get("overlays");
  const spots = new Spots(viewer);
  const arrows = new Arrows(viewer);
  const ways = new Ways(viewer, figures.flows);
  const notes: string[] = [];
  canvas.zoom("fit-viewport", "auto");
  if (canvas.zoom() < SMALLEST) {
    canvas.zoom(READABLE);
    const { inner, width, height } = canvas.viewbox();
    canvas.viewbox({ x: inner.x - 10, y: inner.y - 10, width, height });
  }
  clearFrames();
  ways.draw();
  drawScale();
  draw();
  element.addEventListener("change", () => {
    keepInAddress();
    draw();
  });
  for (const button of element.querySelectorAll<HTMLButtonElement>("[data-zoom]")) {
    button.addEventListener("click", () => zoom(button.dataset.zoom ?? ""));
  }
  element.dataset.drawn = "true";

  function chosen(name: string): string {
    return element.querySelector<HTMLInputElement>(`[name="${name}"]:checked`)?.value ?? "";
  }

  /** Let the address of the page say what is shown, so that it can be handed on. */
  function keepInAddress(): void {
    const address = new URL(location.href);
    for (const name of ["shown-measure", "shown-value"]) {
      address.searchParams.set(name, chosen(name));
    }
    history.replaceState(history.state, "", address);
  }

  function draw(): void {
    const measure = chosen("shown-measure");
    const value = chosen("shown-value");
    const found = new Map<string, number>();
    for (const [id, step] of Object.entries(figures.steps)) {
      const seconds = step.measures[measure]?.values[value]?.seconds;
      if (seconds !== undefined) {
        found.set(id, seconds);
      }
    }
    const most = Math.max(...found.values(), 0);
    const shares = new Map([...found].map(([id, seconds]) => [id, most ? seconds / most : 0]));
    spots.draw(shares);
    notes.splice(0).forEach((one) => overlays.remove(one));
    let warmest = "";
    for (const [id, step] of Object.entries(figures.steps)) {
      fill(id, shares.get(id));
      note(id, step, measure, value, shares.get(id) ?? 0);
      if (found.get(id) === most) {
        warmest = step.measures[measure]?.values[value]?.text ?? "";
      }
    }
    const end = element.querySelector("[data-scale-most]");
    if (end) {
      end.textContent = warmest || "—";
    }
    arrows.draw(element.querySelector<HTMLInputElement>('[name="shown-sent"]')?.checked ? figures.sent : []);
    ways.label(element.querySelector<HTMLInputElement>('[name="shown-counts"]')?.checked ?? false);
  }

  /** What steps stand in is only framed, so that the spots behind them are seen. */
  function clearFrames(): void {
    for (const frame of registry.filter((one: any) => FRAMES.includes(one.type) && !one.collapsed)) {
      const drawn = registry.getGraphics(frame)?.querySelector(".djs-visual > :first-child") as SVGElement | null | undefined;
      drawn?.style.setProperty("fill", "none", "important");
    }
  }

  /** Tint a step, lightly enough that its name stays readable. */
  function fill(id: string, share: number | undefined): void {
    const shape = registry.getGraphics(id)?.querySelector(".djs-visual > :first-child") as SVGElement | null | undefined;
    if (shape) {
      shape.style.setProperty("fill", share === undefined ? "#ffffff" : tint(share), "important");
      shape.style.setProperty("fill-opacity", "0.88", "important");
    }
  }

  function note(id: string, step: StepFigures, measure: string, value: string, share: number): void {
    const shape = registry.get(id);
    if (!shape) {
      return;
    }
    const figure = step.measures[measure];
    const shown = document.createElement(figure ? "a" : "span");
    shown.className = "banjie-heat-note";
    shown.textContent = figure ? `${figure.values[value]?.text} · ${step.cases}` : `— · ${step.cases}`;
    if (figure && shown instanceof HTMLAnchorElement) {
      shown.href = figure.url;
      shown.setAttribute("aria-label", `${step.name}：${figures.labels[measure]} ${shown.textContent}`);
    }
    shown.style.setProperty("border-left-color", figure ? colour(share) : "#ced4da");
    notes.push(overlays.add(id, { position: { bottom: -3, left: 0 }, html: shown }));
  }

  function drawScale(): void {
    const bar = element.querySelector("[data-scale-bar]");
    for (let step = 0; bar && step < SCALE_STEPS; step += 1) {
      svg("rect", { x: step * 5, y: 0, width: 5.5, height: 12, fill: colour(step / (SCALE_STEPS - 1)) }, bar);
    }
  }

  function zoom(how: string): void {
    if (how === "fit") {
      canvas.zoom("fit-viewport", "auto");
    } else {
      viewer.get("zoomScroll").stepZoom(how === "in" ? 1 : -1);
    }
  }
}
