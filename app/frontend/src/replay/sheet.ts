/** One drawn diagram with one moment on it. Only what differs from the moment before is touched. */
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";

import { drawMoves } from "./arrows";
import type { Moment } from "./life";

const SMALLEST_READABLE = 0.45;
const READABLE = 0.7;
const ROOM = 80;
const STEPS = /Task$|SubProcess$|CallActivity$/;

export interface Badge {
  rounds: string;
  worked: string;
  inside: string;
}

export class Sheet {
  private viewer: any;
  private canvas: any;
  private registry: any;
  private marked = new Map<string, string>();
  private badges = new Map<string, { element: HTMLElement; text: string }>();
  private shapes: any[] = [];
  private moves = "";

  private constructor(
    readonly container: HTMLElement,
    private prefix: string,
  ) {
    this.viewer = new NavigatedViewer({ container });
  }

  static async draw(container: HTMLElement, model: string, process: string): Promise<Sheet> {
    const sheet = new Sheet(container, process ? `${process}:` : "");
    await sheet.viewer.importXML(model);
    sheet.canvas = sheet.viewer.get("canvas");
    sheet.registry = sheet.viewer.get("elementRegistry");
    sheet.shapes = sheet.registry.filter((one: any) => one.parent && one.type !== "label");
    return sheet;
  }

  show(moment: Moment, badge: (id: string, inner: boolean) => Badge): void {
    for (const shape of this.shapes) {
      const id = this.prefix + shape.id;
      this.mark(shape, this.stateOf(id, shape, moment));
      if (STEPS.test(shape.type)) {
        this.label(shape, badge(id, this.hides(shape)), moment.tokens.get(id) ?? 0);
      }
    }
    const moves = moment.moves.filter((one) => this.find(one.origin) && this.find(one.target));
    const key = JSON.stringify(moves);
    if (key !== this.moves) {
      this.moves = key;
      drawMoves(this.canvas.getLayer("banjie-moves", 1), moves, (id) => this.find(id));
    }
  }

  fit(whole = false): void {
    this.canvas.resized();
    this.canvas.zoom("fit-viewport", "auto");
    if (!whole && this.canvas.zoom() < SMALLEST_READABLE) {
      this.canvas.zoom(READABLE);
      const view = this.canvas.viewbox();
      this.canvas.viewbox({ ...view, x: view.inner.x - ROOM, y: view.inner.y - ROOM, width: view.width, height: view.height });
    }
  }

  /** Bring a step into view that lies outside. */
  follow(ids: Iterable<string>): void {
    const shapes = [...ids].map((id) => this.find(id)).filter((one) => one && one.width);
    const view = this.canvas.viewbox();
    const seen = shapes.some(
      (one) => one.x >= view.x && one.y >= view.y && one.x + one.width <= view.x + view.width && one.y + one.height <= view.y + view.height,
    );
    if (shapes.length && !seen) {
      this.canvas.scrollToElement(shapes[shapes.length - 1], ROOM);
    }
  }

  zoom(how: string): void {
    if (how === "fit") {
      this.canvas.zoom("fit-viewport", "auto");
    } else {
      this.viewer.get("zoomScroll").stepZoom(how === "in" ? 1 : -1);
    }
  }

  private find(id: string): any {
    return id.startsWith(this.prefix) ? this.registry.get(id.slice(this.prefix.length)) : undefined;
  }

  /** Whether what is inside of a shape is drawn elsewhere. */
  private hides(shape: any): boolean {
    return shape.type === "bpmn:CallActivity" || (shape.type === "bpmn:SubProcess" && shape.collapsed);
  }

  private stateOf(id: string, shape: any, moment: Moment): string {
    const frame = shape.type === "bpmn:SubProcess" && !shape.collapsed ? "-frame" : "";
    if (moment.failed.has(id)) {
      return "banjie-failed";
    }
    if (moment.tokens.has(id)) {
      return `banjie-current${frame}`;
    }
    return moment.passed.has(id) ? `banjie-done${frame}` : "";
  }

  private mark(shape: any, state: string): void {
    const before = this.marked.get(shape.id) ?? "";
    if (before === state) {
      return;
    }
    if (before) {
      this.canvas.removeMarker(shape, before);
    }
    if (state) {
      this.canvas.addMarker(shape, state);
    }
    this.marked.set(shape.id, state);
  }

  private label(shape: any, badge: Badge, tokens: number): void {
    const text = [tokens > 1 ? `●${tokens}` : "", badge.rounds, badge.worked, badge.inside].filter(Boolean).join(" ");
    const known = this.badges.get(shape.id);
    if (text === (known?.text ?? "")) {
      return;
    }
    const element = known?.element ?? this.newBadge(shape);
    element.textContent = text;
    element.hidden = !text;
    this.badges.set(shape.id, { element, text });
  }

  private newBadge(shape: any): HTMLElement {
    const element = document.createElement("div");
    element.className = "banjie-replay-badge";
    this.viewer.get("overlays").add(shape, { position: { bottom: 4, left: 0 }, html: element });
    return element;
  }
}
