/** Two diagrams that are always looked at in the same place and size. */
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import camunda from "camunda-bpmn-moddle/resources/camunda.json";

import type { Change } from "./changes";
import type { Words } from "./words";

const READABLE = 0.75;
const SMALLEST_READABLE = 0.5;
const CHOSEN = "banjie-chosen";

export class Viewer {
  private viewer: any;
  private chosen = "";

  constructor(private container: HTMLElement) {
    this.viewer = new NavigatedViewer({
      container,
      canvas: { deferUpdate: false }, // so that the other diagram follows at once
      moddleExtensions: { camunda },
    } as any);
  }

  /** Draw a model; where it cannot be drawn, say so, and still return what it says where that can be read. */
  async draw(model: string, failed: string): Promise<any> {
    try {
      await this.viewer.importXML(model);
    } catch {
      this.container.textContent = failed;
      this.container.classList.add("is-undrawn");
    }
    return this.viewer.getDefinitions();
  }

  get drawn(): boolean {
    return !this.container.classList.contains("is-undrawn");
  }

  mark(changes: Change[], words: Words): void {
    const canvas = this.viewer.get("canvas");
    const overlays = this.viewer.get("overlays");
    for (const { id, kind } of changes) {
      const shape = this.shape(id);
      if (!shape) {
        continue;
      }
      const isFrame = ["bpmn:Participant", "bpmn:Lane"].includes(shape.type);
      canvas.addMarker(id, isFrame ? `banjie-change-frame-${kind}` : `banjie-changed-${kind}`);
      if (!shape.waypoints) {
        const note = document.createElement("div");
        note.className = `banjie-change-mark banjie-change-${kind}`;
        note.textContent = words.marks[kind];
        note.title = words.changes[kind];
        overlays.add(id, { position: { top: -10, left: -8 }, html: note });
      }
    }
  }

  fit(first: string | undefined): void {
    const canvas = this.viewer.get("canvas");
    canvas.zoom("fit-viewport", "auto");
    if (canvas.zoom() < SMALLEST_READABLE) {
      this.show(this.shape(first ?? "") ? first! : this.start() ?? "");
    }
  }

  fitAll(): void {
    this.viewer.get("canvas").zoom("fit-viewport", "auto");
  }

  step(by: number): void {
    this.viewer.get("zoomScroll").stepZoom(by);
  }

  has(id: string): boolean {
    return Boolean(this.shape(id));
  }

  choose(id: string): void {
    const canvas = this.viewer.get("canvas");
    if (this.has(this.chosen)) {
      canvas.removeMarker(this.chosen, CHOSEN);
    }
    this.chosen = id;
    if (this.has(id)) {
      canvas.addMarker(id, CHOSEN);
    }
  }

  /** Bring an element into the middle, at a size at which names can be read. */
  show(id: string): void {
    const shape = this.shape(id);
    if (!shape) {
      return;
    }
    const canvas = this.viewer.get("canvas");
    if (canvas.zoom() < SMALLEST_READABLE) {
      canvas.zoom(READABLE);
    }
    const { width, height } = canvas.viewbox();
    const middle = shape.waypoints ? shape.waypoints[Math.floor((shape.waypoints.length - 1) / 2)] : middleOf(shape, width, height);
    canvas.viewbox({ x: middle.x - width / 2, y: middle.y - height / 2, width, height });
  }

  /** Follow whatever part of the other diagram is looked at. */
  follow(other: Viewer): void {
    other.viewer.get("eventBus").on("canvas.viewbox.changed", ({ viewbox }: any) => {
      const canvas = this.viewer.get("canvas");
      const own = canvas.viewbox();
      const apart = (["x", "y", "width", "height"] as const).some((side) => Math.abs(own[side] - viewbox[side]) > 1);
      if (this.drawn && apart) {
        canvas.viewbox({ x: viewbox.x, y: viewbox.y, width: viewbox.width, height: viewbox.height });
      }
    });
  }

  private start(): string | undefined {
    return this.viewer.get("elementRegistry").find((one: any) => one.type === "bpmn:StartEvent")?.id;
  }

  private shape(id: string): any {
    return id && this.drawn ? this.viewer.get("elementRegistry").get(id) : undefined;
  }
}

/** Of what is wider or higher than the window, its beginning is shown, where its name stands. */
function middleOf(shape: any, width: number, height: number): { x: number; y: number } {
  return {
    x: shape.width > width ? shape.x + width / 2 : shape.x + shape.width / 2,
    y: shape.height > height ? shape.y + height / 2 : shape.y + shape.height / 2,
  };
}
