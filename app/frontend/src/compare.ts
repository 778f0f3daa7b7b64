/** The page that shows two versions of a flow beside each other. */
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import "./compare/compare.css";

import { compare } from "./compare/index";

for (const element of document.querySelectorAll<HTMLElement>("[data-compare]")) {
  void compare(element);
}
