/** The page of 流程热力: figures on the drawing of a flow, and the table beneath it. */
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import "./heat/heat.css";

import { showHeat } from "./heat/index";
import { sortable } from "./heat/sorting";

for (const table of document.querySelectorAll<HTMLTableElement>("[data-sorted-table]")) {
  sortable(table);
}
for (const element of document.querySelectorAll<HTMLElement>("[data-heat]")) {
  void showHeat(element);
}
