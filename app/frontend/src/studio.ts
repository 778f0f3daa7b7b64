/** The drawing page of the studio: drawn on by a change's drafter, looked at by whoever sees the case. */
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import "bpmn-js/dist/assets/bpmn-font/css/bpmn.css";
import "diagram-js-minimap/assets/diagram-js-minimap.css";
import "@bpmn-io/properties-panel/assets/properties-panel.css";
import "bpmn-js-token-simulation/assets/css/bpmn-js-token-simulation.css";
import "./studio/studio.css";

import { drawOn } from "./studio/drawing";
import { lookAt } from "./studio/looking";
import { told } from "./studio/told";

const page = document.querySelector<HTMLElement>("[data-studio]");
if (page) {
  void (told.draft.editable ? drawOn(page) : lookAt(page));
}
