/** Adds a step of a kind: from the palette, from an element's menu, by a button or key; onto a flow, behind a step, or free. */
import { decisionOn, gatewayOf } from "./fields";
import type { Kinds } from "./kinds";
import { say, told, type StepTemplate } from "./told";
import { isA } from "./writing";

const MENU = "banjie-kinds";
const GAP = 50;
const LATE = 400;

export class Adding {
  static $inject = [
    "kinds",
    "together",
    "modeling",
    "selection",
    "canvas",
    "popupMenu",
    "palette",
    "contextPad",
    "create",
    "autoPlace",
    "spaceTool",
    "elementFactory",
  ];

  constructor(
    private readonly kinds: Kinds,
    private readonly together: any,
    private readonly modeling: any,
    private readonly selection: any,
    private readonly canvas: any,
    private readonly popupMenu: any,
    palette: any,
    contextPad: any,
    private readonly create: any,
    private readonly autoPlace: any,
    private readonly spaceTool: any,
    private readonly elementFactory: any,
  ) {
    popupMenu.registerProvider(MENU, { getPopupMenuEntries: (target: any) => this.entries(target) });
    palette.registerProvider(LATE, {
      getPaletteEntries: () => (entries: Record<string, unknown>) => {
        const { "tool-separator": separator, ...others } = entries as any;
        const tools = Object.fromEntries(Object.entries(others).filter(([name]) => name.endsWith("-tool")));
        const rest = Object.fromEntries(Object.entries(others).filter(([name]) => !name.endsWith("-tool")));
        const step = {
          group: "activity",
          className: "bpmn-icon-user-task",
          title: say("add_step"),
          action: { click: (event: MouseEvent) => this.choose(this.target(), { x: event.x, y: event.y }) },
        };
        return { ...tools, "tool-separator": separator, "create.banjie-step": step, ...rest };
      },
    });
    contextPad.registerProvider(LATE, {
      getContextPadEntries: (element: any) => (entries: Record<string, unknown>) => {
        if (!isA(element, "bpmn:FlowNode", "bpmn:SequenceFlow") || isA(element, "bpmn:EndEvent") || element.type === "label") {
          return entries;
        }
        const step = {
          group: "model",
          className: "bpmn-icon-user-task",
          title: say(isA(element, "bpmn:SequenceFlow") ? "insert_step" : "append_step"),
          action: { click: (event: MouseEvent) => this.choose(element, { x: event.x, y: event.y }) },
        };
        return { "append.banjie-step": step, ...entries };
      },
    });
  }

  /** Open the list of kinds, to be chosen from by mouse or keyboard. */
  choose(target: any, position?: { x: number; y: number }): void {
    const box = this.canvas.getContainer().getBoundingClientRect();
    const at = position ?? { x: box.x + 80, y: box.y + 20 };
    this.popupMenu.open(target, MENU, { ...at, cursor: at }, { title: say("kinds"), width: 320, search: true });
  }

  /** What a step would be added to: what is selected, or the page. */
  target(): any {
    const [selected, ...more] = this.selection.get();
    return selected && !more.length ? (selected.labelTarget ?? selected) : this.canvas.getRootElement();
  }

  add(template: StepTemplate, target: any): any {
    let shape: any;
    this.together.do(() => {
      shape = template.element === "bpmn:BoundaryEvent" ? this.remind(template, target) : this.place(template, target);
    });
    if (shape) {
      this.canvas.scrollToElement(shape);
      this.selection.select(shape);
    }
    return shape;
  }

  private entries(target: any): Record<string, unknown> {
    const found: Record<string, unknown> = {};
    for (const template of told.vocabulary.templates) {
      const reminds = template.element === "bpmn:BoundaryEvent";
      if (reminds && !isA(target, "bpmn:Activity")) {
        continue;
      }
      found[`kind-${template.id}`] = {
        label: template.label,
        description: template.help,
        className: reminds ? "bpmn-icon-intermediate-event-catch-non-interrupting-timer" : iconOf(template),
        action: (event: Event) => {
          this.popupMenu.close();
          if (event.type === "dragstart") {
            this.create.start(event, this.kinds.shape(template));
          } else {
            this.add(template, target);
          }
        },
      };
    }
    return found;
  }

  private place(template: StepTemplate, target: any): any {
    const shape = this.kinds.shape(template);
    if (isA(target, "bpmn:SequenceFlow")) {
      return this.onto(target, shape);
    }
    if (isA(target, "bpmn:EndEvent")) {
      return target.incoming[0] ? this.onto(target.incoming[0], shape) : undefined;
    }
    if (isA(target, "bpmn:FlowNode")) {
      const onward = gatewayOf(target)?.outgoing.find((one: any) => goesOn(decisionOn(one)));
      if (onward) {
        return this.onto(onward, shape); // between a step and its decisions nothing may stand
      }
      const flows = target.outgoing.filter((one: any) => isA(one, "bpmn:SequenceFlow"));
      return flows.length === 1 && !isA(target, "bpmn:Gateway") ? this.onto(flows[0], shape) : this.autoPlace.append(target, shape);
    }
    const view = this.canvas.viewbox();
    const middle = { x: Math.round(view.x + view.width / 2), y: Math.round(view.y + view.height / 2) };
    const root = this.canvas.getRootElement();
    const pool = isA(target, "bpmn:Participant") ? target : root.children.find((one: any) => isA(one, "bpmn:Participant"));
    if (pool) {
      middle.x = Math.min(Math.max(middle.x, pool.x + 130), pool.x + pool.width - 90);
      middle.y = Math.min(Math.max(middle.y, pool.y + 60), pool.y + pool.height - 60);
    }
    return this.modeling.createShape(shape, middle, pool ?? root);
  }

  /** Put a step onto a flow, with room made for it where the two it stands between are too near. */
  private onto(flow: any, shape: any): any {
    const { source, target } = flow;
    const [first] = flow.waypoints;
    const right = source.x + source.width;
    const wanted = shape.width + 2 * GAP;
    if (target.x > right && target.x - right < wanted) {
      const all = descendants(this.canvas.getRootElement());
      const from = Math.max(right + 1, target.x - 1);
      const delta = wanted - (target.x - right);
      const { movingShapes, resizingShapes } = this.spaceTool.calculateAdjustments(all, "x", delta, from);
      this.spaceTool.makeSpace(movingShapes, resizingShapes, { x: delta, y: 0 }, "e", from);
    }
    const at =
      target.x > right
        ? { x: right + GAP + shape.width / 2, y: first.y }
        : middleOf(flow.waypoints);
    return this.modeling.createShape(shape, { x: Math.round(at.x), y: Math.round(at.y) }, flow);
  }

  /** A timer on the step that does not interrupt it, and what it leads to. */
  private remind(template: StepTemplate, host: any): any {
    const boundary = this.kinds.shape(template);
    const at = { x: host.x + host.width - 25, y: host.y + host.height };
    const attached = this.modeling.createShape(boundary, at, host, { attach: true });
    const notice = told.vocabulary.templates.find((one) => one.id === "notify");
    if (notice) {
      const step = this.kinds.shape({ ...notice, label: template.label });
      const placed = this.autoPlace.append(attached, step);
      this.autoPlace.append(placed, this.elementFactory.createShape({ type: "bpmn:EndEvent" }));
    }
    return attached;
  }
}

function goesOn(decision: string | undefined): boolean {
  return decision !== undefined && !told.vocabulary.refusing.includes(decision);
}

function iconOf(template: StepTemplate): string {
  if (template.element === "bpmn:ScriptTask") {
    return "bpmn-icon-script-task";
  }
  return template.seats ? "bpmn-icon-parallel-mi-marker" : "bpmn-icon-user-task";
}

function descendants(element: any): any[] {
  return [element, ...(element.children ?? []).flatMap(descendants)];
}

function middleOf(waypoints: { x: number; y: number }[]): { x: number; y: number } {
  const at = Math.floor((waypoints.length - 1) / 2);
  const [from, to] = [waypoints[at]!, waypoints[at + 1]!];
  return { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
}

export const adding = { __init__: ["adding"], adding: ["type", Adding] };
