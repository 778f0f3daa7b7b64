/** What the check says, on the elements themselves and as a list that leads to them. */
import { say, told, type Finding } from "./told";
import { objectOf, partsOf } from "./writing";

const OVERLAY = "banjie-finding";

export class Findings {
  private shown: Finding[] = [];

  constructor(
    private readonly viewer: any,
    private readonly list: HTMLElement,
    private readonly heading: HTMLElement,
  ) {
    viewer.on("import.done", () => this.show(this.shown));
  }

  of(id: string): Finding[] {
    return this.shown.filter((one) => one.element === id && one.file === told.draft.model);
  }

  show(findings: Finding[]): void {
    const before = this.shown;
    this.shown = findings;
    this.onElements(before);
    this.asList();
    const errors = findings.filter((one) => one.severity === "error").length;
    this.heading.textContent = findings.length
      ? say("found", { errors, warnings: findings.length - errors })
      : say("found_nothing");
    this.heading.dataset.errors = String(errors);
    this.viewer.get("eventBus").fire("propertiesPanel.providersChanged");
  }

  private onElements(before: Finding[]): void {
    const canvas = this.viewer.get("canvas");
    const overlays = this.viewer.get("overlays");
    const registry = this.viewer.get("elementRegistry");
    overlays.remove({ type: OVERLAY });
    for (const one of before) {
      const shape = this.shapeOf(one);
      if (shape) {
        canvas.removeMarker(shape, `banjie-${one.severity}`);
      }
    }
    const byElement = new Map<string, Finding[]>();
    for (const one of this.shown) {
      const shape = this.shapeOf(one);
      if (shape) {
        byElement.set(shape.id, [...(byElement.get(shape.id) ?? []), one]);
      }
    }
    for (const [id, several] of byElement) {
      const severity = several.some((one) => one.severity === "error") ? "error" : "warning";
      const note = document.createElement("div");
      note.className = `banjie-finding banjie-finding-${severity}`;
      note.textContent = several.length > 1 ? String(several.length) : "!";
      note.title = several.map((one) => one.message).join("\n");
      note.setAttribute("role", "img");
      note.setAttribute("aria-label", note.title);
      const element = registry.get(id);
      const at = element.waypoints ? { top: -12, left: 0 } : { top: -12, right: 12 };
      overlays.add(id, OVERLAY, { position: at, html: note });
      canvas.addMarker(id, `banjie-${severity}`);
    }
  }

  /** What is drawn of the element that a finding is about: itself, or what it is a part of. */
  private shapeOf(finding: Finding): any {
    const { element: id, file } = finding;
    if (!id || file !== told.draft.model) {
      return undefined;
    }
    const registry = this.viewer.get("elementRegistry");
    const holds = (one: any): boolean => partsOf(objectOf(one)).some((each) => each.id === id);
    return registry.get(id) ?? registry.find((one: any) => one.parent && one.type !== "label" && holds(one));
  }

  private asList(): void {
    this.list.replaceChildren(
      ...this.shown.map((one) => {
        const row = document.createElement("li");
        row.dataset.element = one.element ?? "";
        const element = this.shapeOf(one);
        const severity = document.createElement("span");
        severity.className = `badge ${one.severity === "error" ? "bg-red-lt" : "bg-orange-lt"}`;
        severity.textContent = say(one.severity);
        const where = document.createElement(element ? "button" : "span");
        where.className = element ? "btn btn-sm btn-link" : "banjie-muted";
        where.textContent = nameOf(element) || one.element || one.file;
        const text = document.createElement("span");
        text.textContent = one.message;
        if (element) {
          (where as HTMLButtonElement).type = "button";
          where.addEventListener("click", () => this.select(element.id));
        }
        row.append(severity, where, text);
        return row;
      }),
    );
    this.list.hidden = this.shown.length === 0;
  }

  /** Select what has an id now: since the check it may have become another element of the same id, or be gone. */
  private select(id: string): void {
    const element = this.viewer.get("elementRegistry").get(id);
    if (!element) {
      return;
    }
    this.viewer.get("canvas").scrollToElement(element);
    this.viewer.get("selection").select(element);
  }
}

/** What people call an element; a flow without a name by what it joins. */
function nameOf(element: any): string {
  const name: string = element?.businessObject?.name ?? "";
  const ends = [element?.source, element?.target].map((end) => end?.businessObject?.name ?? "");
  return name || (ends.every(Boolean) ? ends.join(" → ") : "");
}
