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
    in: () => viewer.get("zoomScroll").stepZoom(1),
    out: () => viewer.get("zoomScroll").stepZoom(-1),
    fit: () => viewer.get("canvas").zoom("fit-viewport", "auto"),
    simulate: (button) => {
      const active = button.getAttribute("aria-pressed") !== "true";
      viewer.get("toggleMode").toggleMode(active);
      button.setAttribute("aria-pressed", String(active));
    },
  };
}

const READABLE = 0.75;

/** Show the whole drawing where it can be read so, else its beginning. */
export function showBeginning(viewer: any): void {
  const canvas = viewer.get("canvas");
  canvas.zoom("fit-viewport", "auto");
  if (canvas.zoom() < READABLE) {
    canvas.zoom(READABLE);
    const view = canvas.viewbox();
    canvas.viewbox({ x: view.inner.x - 160, y: view.inner.y - 20, width: view.width, height: view.height });
  }
}
