/** The page of a draft's forms. */
import "@bpmn-io/form-js-viewer/dist/assets/form-js.css";
import "@bpmn-io/form-js-editor/dist/assets/form-js-editor.css";
import "./draft_page/draft_page.css";
import "./form_studio/form_studio.css";

import { designForms } from "./form_studio/index";

const root = document.querySelector<HTMLElement>("[data-form-studio]");
if (root) {
  designForms(root);
}
