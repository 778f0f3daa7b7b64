/** The page of a draft's decision tables. */
import "dmn-js-shared/assets/css/dmn-js-shared.css";
import "dmn-js-decision-table/assets/css/dmn-js-decision-table.css";
import "dmn-js-decision-table/assets/css/dmn-js-decision-table-controls.css";
import "dmn-font/dist/css/dmn.css";
import "dmn-js-literal-expression/assets/css/dmn-js-literal-expression.css";
import "./draft_page/draft_page.css";
import "./rule_studio/rule_studio.css";

import { keepRules } from "./rule_studio/index";

const root = document.querySelector<HTMLElement>("[data-rules-studio]");
if (root) {
  keepRules(root);
}
