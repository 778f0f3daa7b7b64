declare module "@bpmn-io/properties-panel";
declare module "bpmn-js-properties-panel";
declare module "bpmn-js-token-simulation";
declare module "bpmn-js-token-simulation/lib/viewer";
declare module "bpmn-js-i18n/translations/zn.js";
declare module "diagram-js-minimap";
declare module "bpmn-auto-layout";
declare module "camunda-bpmn-moddle/resources/camunda.json";
