/** The page that replays a case on its diagram. */
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import "./replay/replay.css";

import { replay } from "./replay/index";
import { prove } from "./replay/proof";

for (const element of document.querySelectorAll<HTMLElement>("[data-replay]")) {
  void replay(element);
}
for (const element of document.querySelectorAll<HTMLElement>("[data-proof]")) {
  void prove(element);
}
