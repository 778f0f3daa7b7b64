/** Draws a step of a kind: everything its template says, so that it can be deployed as it stands. */
import { formFields, formNames, kindOf } from "./fields";
import { newId } from "./ids";
import { told, type StepTemplate } from "./told";
import { expression, isA, propertiesOf, withProperties, write, type Properties, type Services } from "./writing";

export function templateOf(id: string): StepTemplate | undefined {
  return told.vocabulary.templates.find((one) => one.id === id);
}

export class Kinds {
  static $inject = ["elementFactory", "bpmnFactory", "moddle", "modeling", "together", "canvas", "elementRegistry", "bpmnReplace"];

  constructor(
    private readonly elementFactory: any,
    private readonly bpmnFactory: any,
    private readonly moddle: any,
    private readonly modeling: any,
    private readonly together: any,
    private readonly canvas: any,
    private readonly elementRegistry: any,
    private readonly bpmnReplace: any,
  ) {}

  /** A new shape that is not in the drawing yet. */
  shape(template: StepTemplate): any {
    const object = this.bpmnFactory.create(template.element, {});
    object.id = newId(this.moddle, template.kind || template.id, object);
    object.name = template.label;
    const { attributes, properties } = this.settings(template, object);
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== undefined) {
        object.set(name, value);
      }
    }
    const extension = withProperties(this.bpmnFactory, object, properties);
    if (extension) {
      object.extensionElements = extension;
    }
    return this.elementFactory.createShape({ type: template.element, businessObject: object });
  }

  /** Make a step that is drawn already one of another kind; its name stays where somebody gave it one. */
  apply(template: StepTemplate, drawn: any): void {
    this.together.do(() => {
      const unknown = drawn.type === "bpmn:Task"; // what other tools draw where nobody has said who does it
      this.settle(template, unknown ? this.bpmnReplace.replaceElement(drawn, { type: "bpmn:UserTask" }) : drawn);
    });
  }

  private settle(template: StepTemplate, element: any): void {
    const object = element.businessObject;
    const { attributes, properties } = this.settings(template, object);
    const generic = told.vocabulary.templates.some((one) => one.label === object.name) || !object.name;
    write(
      this.services(),
      element,
      {
        assignee: undefined,
        candidateUsers: undefined,
        candidateGroups: undefined,
        dueDate: undefined,
        loopCharacteristics: undefined,
        ...attributes,
        ...(generic ? { name: template.label } : {}),
      },
      { completion: undefined, opinion: undefined, on_timeout: undefined, ...properties },
    );
  }

  private settings(template: StepTemplate, object: any): { attributes: Record<string, unknown>; properties: Properties } {
    const attributes: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(template.attributes)) {
      attributes[`camunda:${name}`] = value;
    }
    const properties: Properties = { ...template.properties };
    if (template.kind) {
      properties.kind = template.kind;
      const [form] = formNames(told.draft.files);
      if (form && !object.get("camunda:formRef")) {
        attributes["camunda:formRef"] = told.draft.files[`${told.draft.key}.form`] === undefined ? form : told.draft.key;
      }
    }
    if (template.fields === "edit" && !Object.keys(propertiesOf(object)).some((name) => name.startsWith("access:"))) {
      Object.assign(properties, this.accessOfDraft());
    }
    if (template.seats) {
      const list = formFields(told.draft.files).find((one) => one.type === "units" || one.type === "people");
      const variable = list?.type === "people" ? "person" : "unit";
      const loop = this.bpmnFactory.create("bpmn:MultiInstanceLoopCharacteristics", {});
      loop.set("camunda:collection", list?.key); // without a list the check says what is missing
      loop.set("camunda:elementVariable", variable);
      loop.$parent = object;
      attributes.loopCharacteristics = loop;
      attributes["camunda:assignee"] = list?.type === "people" ? "${person}" : "${head_of(unit)}";
      properties.completion = template.seats;
    }
    if (template.script) {
      attributes.scriptFormat = "python";
      attributes.script = template.script;
    }
    if (template.after) {
      const timer = this.bpmnFactory.create("bpmn:TimerEventDefinition", {});
      timer.timeDuration = expression(this.bpmnFactory, timer, template.after);
      timer.$parent = object;
      attributes.eventDefinitions = [timer];
      attributes.cancelActivity = false;
    }
    return { attributes, properties };
  }

  /** Who drafts may fill in what other drafts of this flow may, or else everything. */
  private accessOfDraft(): Properties {
    const other = this.elementRegistry.find((one: any) => isA(one, "bpmn:UserTask") && kindOf(one) === "draft");
    if (other) {
      const written = Object.entries(propertiesOf(other.businessObject));
      return Object.fromEntries(written.filter(([name]) => /^(access|required):/.test(name)));
    }
    return Object.fromEntries(formFields(told.draft.files).map((one) => [`access:${one.key}`, "edit"]));
  }

  private services(): Services {
    return { modeling: this.modeling, bpmnFactory: this.bpmnFactory, together: this.together, canvas: this.canvas };
  }
}

export const kinds = { __init__: ["kinds"], kinds: ["type", Kinds] };
