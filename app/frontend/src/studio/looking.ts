/** The drawing for those who may not change it: to be looked at, with what the check says, to be simulated and exported. */
import simulation from "bpmn-js-token-simulation/lib/viewer";
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import minimap from "diagram-js-minimap";

import { exportAs } from "./files";
import { Findings } from "./findings";
import { watchHtmlOfLibraries } from "./inline_styles";
import { told } from "./told";
import { followSize, listenToButtons, showBeginning, zooming } from "./toolbar";
import { translation } from "./translation";

export async function lookAt(page: HTMLElement): Promise<void> {
  const container = page.querySelector<HTMLElement>("[data-canvas]")!;
  watchHtmlOfLibraries(container);
  const viewer: any = new NavigatedViewer({ container, additionalModules: [translation, minimap, simulation] as any[] });
  const findings = new Findings(viewer, page.querySelector("[data-findings]")!, page.querySelector("[data-found]")!);
  try {
    await viewer.importXML(told.draft.files[told.draft.model] ?? "");
  } catch {
    container.textContent = page.dataset.failed ?? "";
    return;
  }
  showBeginning(viewer);
  findings.show(told.findings);
  listenToButtons(page, {
    ...zooming(viewer),
    svg: () => exportAs("svg", viewer),
    png: () => exportAs("png", viewer),
    bpmn: () => exportAs("bpmn", viewer),
  });
  followSize(viewer, container);
  page.dataset.drawn = "true";
}
