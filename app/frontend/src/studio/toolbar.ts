/** The buttons above a drawing; each names what it does in `data-do`. */

export type Deeds = Record<string, (button: HTMLButtonElement) => void | Promise<void>>;

export function listenToButtons(page: HTMLElement, deeds: Deeds): void {
  for (const button of page.querySelectorAll<HTMLButtonElement>("[data-do]")) {
    const deed = deeds[button.dataset.do ?? ""];
    if (deed) {
      button.addEventListener("click", () => void deed(button));
    } else {
      button.hidden = true;
    }
  }
}

export function zooming(viewer: any): Deeds {
  return {
    in: () => step(viewer, 1),
    out: () => step(viewer, -1),
    fit: () => fit(viewer),
    simulate: (button) => {
      const active = button.getAttribute("aria-pressed") !== "true";
      viewer.get("toggleMode").toggleMode(active);
      button.setAttribute("aria-pressed", String(active));
    },
  };
}

/** Zoom by a step; what is selected stays in sight. */
function step(viewer: any, by: number): void {
  viewer.get("zoomScroll").stepZoom(by);
  const [selected] = viewer.get("selection", false)?.get() ?? [];
  if (selected) {
    viewer.get("canvas").scrollToElement(selected);
  }
}

const READABLE = 0.75;
/** What the palette covers of the canvas, in pixels. */
const PALETTE = 130;
const MARGIN = 20;

/** Show the whole drawing, beside the palette where there is one. */
function fit(viewer: any): void {
  const canvas = viewer.get("canvas");
  canvas.zoom("fit-viewport", "auto");
  const left = palette(viewer);
  const { inner, outer } = canvas.viewbox();
  if (left && inner.width) {
    const scale = Math.min(1, (outer.width - left - MARGIN) / inner.width, (outer.height - 2 * MARGIN) / inner.height);
    canvas.viewbox({ x: inner.x - left / scale, y: inner.y - MARGIN / scale, width: outer.width / scale, height: outer.height / scale });
  }
}

function palette(viewer: any): number {
  return viewer.get("palette", false) ? PALETTE : 0;
}

/** Show the whole drawing where it can be read so, else its beginning. */
export function showBeginning(viewer: any): void {
  const canvas = viewer.get("canvas");
  fit(viewer);
  if (canvas.zoom() < READABLE) {
    canvas.zoom(READABLE);
    const view = canvas.viewbox();
    const left = (palette(viewer) || MARGIN) / READABLE;
    canvas.viewbox({ x: view.inner.x - left, y: view.inner.y - MARGIN, width: view.width, height: view.height });
  }
}

/** Let a drawing know when the window gives it another size. */
export function followSize(viewer: any, container: HTMLElement): void {
  new ResizeObserver(() => viewer.get("canvas").resized()).observe(container);
}
