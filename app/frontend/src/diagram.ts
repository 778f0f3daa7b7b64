/** Draws every diagram of a page. */
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";

import { drawDiagram } from "./diagram/index";

for (const element of document.querySelectorAll<HTMLElement>("[data-diagram]")) {
  void drawDiagram(element);
}
