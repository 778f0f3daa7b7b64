/** The settings panel: for each element the groups that the engine carries out, and no others. */
import { Group } from "@bpmn-io/properties-panel";

import { kindOf } from "../fields";
import type { Kinds } from "../kinds";
import { labelIn, say, told, type Finding } from "../told";
import { expression, isA, objectOf, partsOf, propertiesOf, type Services } from "../writing";
import { button, note, type Entry } from "./entries";
import { entriesOfFlow } from "./flow";
import { dropForeign, FOREIGN } from "./foreign";
import { entriesOfAutomatic, entriesOfDocumentation, entriesOfEvent, entriesOfGeneral, entriesOfStart } from "./other";
import { entriesOfDecisions, entriesOfDue, entriesOfForm, entriesOfKind, entriesOfRules, entriesOfSeats } from "./step";
import { entriesOfWho } from "./who";

const DECISIONS = ["agree", "revise"];

class StepSettings {
  static $inject = ["propertiesPanel", "modeling", "bpmnFactory", "together", "canvas", "kinds", "elementRegistry", "autoPlace", "elementFactory"];

  findingsOf: (id: string) => Finding[] = () => [];
  private readonly services: Services;

  constructor(
    propertiesPanel: any,
    private readonly modeling: any,
    private readonly bpmnFactory: any,
    private readonly together: any,
    canvas: any,
    private readonly kinds: Kinds,
    private readonly elementRegistry: any,
    private readonly autoPlace: any,
    private readonly elementFactory: any,
  ) {
    this.services = { modeling, bpmnFactory, together, canvas };
    propertiesPanel.registerProvider(1000, this);
  }

  getGroups(element: any): (groups: unknown[]) => unknown[] {
    return (groups) => [...groups, ...this.groups(element).filter((one) => one.entries.length)];
  }

  private groups(element: any): { id: string; label: string; entries: Entry[] }[] {
    const { services } = this;
    const person = isA(element, "bpmn:UserTask", "bpmn:ManualTask");
    const object = objectOf(element);
    const all = partsOf(object).flatMap((one) => this.findingsOf(one.id ?? ""));
    const found = all.map((one, at) => note(`finding-${at}`, one.message, one.severity));
    const foreign = all.map((one) => one.rule).filter((rule) => FOREIGN.includes(rule));
    if (foreign.length) {
      found.push(button("drop-foreign", say("drop_foreign"), () => dropForeign(element, foreign, services)));
    }
    const business = propertiesOf(this.processOf(element)).business ?? "";
    const plain = isA(element, "bpmn:TextAnnotation", "bpmn:Group", "bpmn:Association");
    return [
      group("found", say("group_found"), found, true),
      group("general", say("group_general"), [
        ...(plain ? [] : entriesOfGeneral(element, services)),
        ...(person || element.type === "bpmn:Task" ? entriesOfKind(element, this.kinds, services) : []),
      ], true),
      group("who", say("group_who"), person ? entriesOfWho(element, services) : [], true),
      group("due", say("group_due"), person ? entriesOfDue(element, services) : [], true),
      group("decisions", say("group_decisions"), person && !object.loopCharacteristics ? entriesOfDecisions(element, () => this.drawDecisions(element)) : []),
      group("seats", say("group_seats"), person ? entriesOfSeats(element, services) : [], Boolean(object?.loopCharacteristics)),
      group("rules", say("group_rules"), person ? entriesOfRules(element, services, business) : []),
      group("condition", say("group_condition"), isA(element, "bpmn:SequenceFlow") ? entriesOfFlow(element, services, this.elementRegistry) : [], true),
      group("start", say("group_start"), isA(element, "bpmn:StartEvent") ? entriesOfStart(element, services) : [], true),
      group("event", say("group_event"), entriesOfEvent(element, services), true),
      group("automatic", say("group_automatic"), entriesOfAutomatic(element, services), true),
      group("form", say("group_form"), person || isA(element, "bpmn:StartEvent") ? entriesOfForm(element, services) : []),
      group("documentation", say("group_documentation"), plain || isA(element, "bpmn:Lane") ? [] : entriesOfDocumentation(element, services)),
    ];
  }

  /** Draw a gateway behind a step, with a flow for each of the usual decisions: on to what came next, and back for changes. */
  private drawDecisions(element: any): void {
    this.together.do(() => {
      const next = element.outgoing.find((one: any) => isA(one, "bpmn:SequenceFlow"));
      const back = this.returnsTo(element);
      const shape = this.elementFactory.createShape({ type: "bpmn:ExclusiveGateway" });
      let gateway: any;
      let agreed: any;
      if (next) {
        const at = { x: element.x + element.width + 60, y: element.y + element.height / 2 };
        gateway = this.modeling.createShape(shape, at, next);
        agreed = gateway.outgoing[0];
      } else {
        gateway = this.autoPlace.append(element, shape);
      }
      const returned = this.modeling.connect(gateway, back ?? element, { type: "bpmn:SequenceFlow" });
      for (const [place, flow] of [agreed, returned].entries()) {
        const decision = DECISIONS[place] ?? "";
        if (flow) {
          this.modeling.updateProperties(flow, {
            name: labelIn(told.vocabulary.decisions, decision),
            conditionExpression: expression(this.bpmnFactory, flow.businessObject, `\${decision == '${decision}'}`),
          });
        }
      }
    });
  }

  /** Where a step sends back to: whoever drafts beside it, or else the step before it. */
  private returnsTo(element: any): any {
    const beside = (one: any): boolean => one !== element && isA(one, "bpmn:UserTask") && objectOf(one).$parent === objectOf(element).$parent;
    const drafting = this.elementRegistry.find((one: any) => beside(one) && !one.labelTarget && kindOf(one) === "draft");
    return drafting ?? stepsBefore(element).find(beside);
  }

  private processOf(element: any): any {
    let object = objectOf(element);
    while (object && object.$type !== "bpmn:Process") {
      object = object.$parent;
    }
    return object;
  }
}

/** What leads to an element, the nearest first. */
function stepsBefore(element: any): any[] {
  const met = [element];
  for (const one of met) {
    const sources = one.incoming.filter((flow: any) => isA(flow, "bpmn:SequenceFlow")).map((flow: any) => flow.source);
    met.push(...sources.filter((source: any) => !met.includes(source)));
  }
  return met.slice(1);
}

function group(id: string, label: string, entries: Entry[], shouldOpen = false): { id: string; label: string; entries: Entry[] } {
  return { id: `banjie-${id}`, label, entries, component: Group, shouldOpen } as any;
}

export const settings = { __init__: ["stepSettings"], stepSettings: ["type", StepSettings] };
