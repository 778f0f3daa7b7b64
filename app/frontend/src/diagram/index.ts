/** One diagram: the model as drawn, with what is done, what is current, and what the check found. */
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";

/** Below this scale names cannot be read; then the part of interest is shown at the scale below. */
const SMALLEST_READABLE = 0.5;
const READABLE = 0.7;
const MARGIN = 10;

interface Finding {
  element: string | null;
  severity: string;
  message: string;
  label?: string;
}

export async function drawDiagram(element: HTMLElement): Promise<void> {
  const canvasElement = element.querySelector<HTMLElement>("[data-canvas]");
  if (!canvasElement) {
    return;
  }
  const viewer = new NavigatedViewer({ container: canvasElement });
  try {
    await viewer.importXML(await model(element));
  } catch {
    canvasElement.textContent = element.dataset.failed ?? "";
    return;
  }
  if (!element.isConnected) {
    viewer.destroy(); // another item was opened meanwhile
    return;
  }
  const canvas = viewer.get<any>("canvas");
  const registry = viewer.get<any>("elementRegistry");
  mark(element.dataset.done, "banjie-done");
  mark(element.dataset.current, "banjie-current");
  const found: Finding[] = JSON.parse(element.dataset.findings ?? "[]");
  showFindings(found);
  canvas.zoom("fit-viewport", "auto");
  if (element.dataset.focus !== undefined || canvas.zoom() < SMALLEST_READABLE) {
    showAround(firstOfInterest());
  }
  for (const button of element.querySelectorAll<HTMLButtonElement>("[data-zoom]")) {
    button.addEventListener("click", () => zoom(button.dataset.zoom ?? ""));
  }
  element.dataset.drawn = "true";

  function mark(ids: string | undefined, marker: string): void {
    for (const id of JSON.parse(ids ?? "[]")) {
      const shape = registry.get(id);
      if (shape) {
        canvas.addMarker(id, isFrame(shape) ? `${marker}-frame` : marker);
      }
    }
  }

  /** An open subprocess is only framed, so that the steps inside can be told apart. */
  function isFrame(shape: any): boolean {
    return shape.type === "bpmn:SubProcess" && !shape.collapsed;
  }

  function firstOfInterest(): any {
    const ids = [...JSON.parse(element.dataset.current ?? "[]"), ...found.map((finding) => finding.element)];
    const start = registry.find((one: any) => one.type === "bpmn:StartEvent");
    const shapes = ids.map((id) => id && registry.get(id)).filter((one) => one);
    return shapes.find((one) => !isFrame(one)) ?? shapes[0] ?? start;
  }

  function showAround(shape: any): void {
    if (!shape) {
      return;
    }
    canvas.zoom(READABLE);
    const view = canvas.viewbox();
    const left = view.inner.x - MARGIN;
    const at = shape.waypoints ? shape.waypoints[0] : shape;
    const bottom = view.inner.y + view.inner.height + MARGIN - view.height;
    const top = Math.max(view.inner.y - MARGIN, Math.min(at.y - view.height / 2, bottom));
    canvas.viewbox({ x: Math.max(left, at.x - view.width / 2), y: top, width: view.width, height: view.height });
  }

  function showFindings(findings: Finding[]): void {
    const overlays = viewer.get<any>("overlays");
    for (const finding of findings) {
      if (!finding.element || !registry.get(finding.element)) {
        continue;
      }
      const note = document.createElement("div");
      note.className = `banjie-finding banjie-finding-${finding.severity}`;
      note.textContent = finding.label ?? "!";
      note.title = finding.message;
      note.setAttribute("role", "img");
      note.setAttribute("aria-label", finding.message);
      overlays.add(finding.element, { position: { top: -12, right: 12 }, html: note });
      canvas.addMarker(finding.element, `banjie-${finding.severity}`);
    }
  }

  function zoom(how: string): void {
    if (how === "fit") {
      canvas.zoom("fit-viewport", "auto");
    } else {
      viewer.get<any>("zoomScroll").stepZoom(how === "in" ? 1 : -1);
    }
  }
}

async function model(element: HTMLElement): Promise<string> {
  const inline = element.querySelector<HTMLTemplateElement>("script[type='application/xml']");
  if (inline?.textContent) {
    return JSON.parse(inline.textContent);
  }
  const response = await fetch(element.dataset.url ?? "");
  if (!response.ok) {
    throw new Error(String(response.status));
  }
  return response.text();
}
