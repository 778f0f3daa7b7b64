/** One diagram: the model as drawn, with what is done, what is current, and what the check found. */
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";

interface Finding {
  element: string | null;
  severity: string;
  message: string;
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
  const canvas = viewer.get<any>("canvas");
  const registry = viewer.get<any>("elementRegistry");
  mark(element.dataset.done, "banjie-done");
  mark(element.dataset.current, "banjie-current");
  showFindings(JSON.parse(element.dataset.findings ?? "[]"));
  canvas.zoom("fit-viewport", "auto");
  focusCurrent();
  for (const button of element.querySelectorAll<HTMLButtonElement>("[data-zoom]")) {
    button.addEventListener("click", () => zoom(button.dataset.zoom ?? ""));
  }
  element.dataset.drawn = "true";

  function mark(ids: string | undefined, marker: string): void {
    for (const id of JSON.parse(ids ?? "[]")) {
      if (registry.get(id)) {
        canvas.addMarker(id, marker);
      }
    }
  }

  function focusCurrent(): void {
    const current = registry.get(JSON.parse(element.dataset.current ?? "[]")[0]);
    if (!current || element.dataset.focus === undefined) {
      return;
    }
    canvas.zoom(0.8);
    const view = canvas.viewbox();
    canvas.viewbox({
      x: current.x + current.width / 2 - view.width / 2,
      y: current.y + current.height / 2 - view.height / 2,
      width: view.width,
      height: view.height,
    });
  }

  function showFindings(findings: Finding[]): void {
    const overlays = viewer.get<any>("overlays");
    for (const finding of findings) {
      if (!finding.element || !registry.get(finding.element)) {
        continue;
      }
      const note = document.createElement("div");
      note.className = `banjie-finding banjie-finding-${finding.severity}`;
      note.textContent = "!";
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
