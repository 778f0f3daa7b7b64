/** Drawings from files and to files: what is no drawing is refused before anything is replaced; without a layout it gets one. */
import { adopt } from "./adopting";
import { say, told } from "./told";
import { propertiesOf, withProperties } from "./writing";

const MOST_BYTES = 2_000_000;
const PICTURE_SCALE = 2;

export class Unreadable extends Error {}

/** The drawing that a file holds, made this flow's own: its key and business are the flow's, its name where it has none, and it has a layout.
 * `drawn` is the process that it takes the place of. */
export async function drawingIn(file: File, moddle: any, drawn: any): Promise<{ xml: string; told: string }> {
  if (file.size > MOST_BYTES) {
    throw new Unreadable(say("import_big", { name: file.name }));
  }
  const text = await file.text();
  let definitions: any;
  let lost = 0;
  try {
    const { rootElement, warnings } = await moddle.fromXML(text);
    definitions = rootElement;
    lost = warnings.filter((one: Error) => one.message.startsWith("unparsable")).length;
  } catch {
    throw new Unreadable(say("import_unreadable", { name: file.name }));
  }
  const processes = (definitions.rootElements ?? []).filter((one: any) => one.$type === "bpmn:Process");
  if (!processes.length) {
    throw new Unreadable(say("import_no_process", { name: file.name }));
  }
  const notes = [say("imported", { name: file.name })];
  if (lost) {
    notes.push(say("import_lost", { count: lost }));
  }
  const main =
    processes.find((one: any) => one.id === told.draft.key) ??
    processes.find((one: any) => one.isExecutable) ??
    processes.find((one: any) => one.flowElements?.length) ??
    processes[0];
  if (main.id !== told.draft.key) {
    notes.push(say("import_renamed", { from: main.id ?? "", to: told.draft.key }));
    main.id = told.draft.key;
  }
  main.isExecutable = true;
  main.name ||= drawn?.name;
  const { business } = propertiesOf(drawn);
  if (business && !propertiesOf(main).business) {
    main.extensionElements = withProperties(moddle, main, { business });
  }
  const others = processes.filter((one: any) => one !== main && one.flowElements?.length).length;
  if (others) {
    notes.push(say("import_others", { name: nameOf(main, definitions), count: others }));
  }
  const named = adopt(definitions);
  if (named) {
    notes.push(say("import_named", { count: named }));
  }
  const laidOut = hasLayout(definitions);
  if (!laidOut) {
    processes.forEach(tellNodesTheirFlows);
  }
  let { xml } = await moddle.toXML(definitions, { format: true });
  if (!laidOut) {
    const { layoutProcess } = await import("bpmn-auto-layout");
    try {
      xml = await layoutProcess(xml);
    } catch {
      throw new Unreadable(say("import_no_layout", { name: file.name }));
    }
    notes.push(say("import_laid_out"));
  }
  return { xml, told: notes.join("") };
}

/** Files may leave out what flows come in and go out; the layout goes by it. */
function tellNodesTheirFlows(container: any): void {
  for (const one of container.flowElements ?? []) {
    if (one.$type === "bpmn:SequenceFlow") {
      for (const [node, direction] of [
        [one.sourceRef, "outgoing"],
        [one.targetRef, "incoming"],
      ]) {
        if (node && !node.get(direction).includes(one)) {
          node.get(direction).push(one);
        }
      }
    }
    tellNodesTheirFlows(one);
  }
}

/** What a process is called: by its pool, where it has no name of its own. */
function nameOf(process: any, definitions: any): string {
  const drawn = definitions.rootElements.flatMap((one: any) => one.participants ?? []);
  return drawn.find((one: any) => one.processRef === process)?.name ?? process.name ?? process.id;
}

function hasLayout(definitions: any): boolean {
  return (definitions.diagrams ?? []).some((one: any) => one.plane?.planeElement?.length);
}

export function download(name: string, content: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href));
}

export async function exportAs(kind: string, viewer: any): Promise<void> {
  const { key } = told.draft;
  if (kind === "bpmn") {
    const { xml } = await viewer.saveXML({ format: true });
    download(`${key}.bpmn`, new Blob([xml], { type: "application/xml" }));
    return;
  }
  const { svg } = await viewer.saveSVG();
  if (kind === "svg") {
    download(`${key}.svg`, new Blob([svg], { type: "image/svg+xml" }));
  } else {
    download(`${key}.png`, await pictureOf(svg));
  }
}

async function pictureOf(svg: string): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.naturalWidth * PICTURE_SCALE;
  canvas.height = image.naturalHeight * PICTURE_SCALE;
  const context = canvas.getContext("2d");
  if (!context) {
    throw new Error("no picture");
  }
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.scale(PICTURE_SCALE, PICTURE_SCALE);
  context.drawImage(image, 0, 0);
  return new Promise((done, failed) =>
    canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("no picture"))), "image/png"),
  );
}
