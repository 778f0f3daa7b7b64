/** The drawing for the drafter of a change: the modeler, its panel, the check while drawing, the draft that is kept. */
import { BpmnPropertiesPanelModule } from "bpmn-js-properties-panel";
import simulation from "bpmn-js-token-simulation";
import Modeler from "bpmn-js/lib/Modeler";
import camunda from "camunda-bpmn-moddle/resources/camunda.json";
import minimap from "diagram-js-minimap";

import { adding, type Adding } from "./adding";
import { drawingIn, exportAs, Unreadable } from "./files";
import { Findings } from "./findings";
import { nameElements } from "./ids";
import { watchHtmlOfLibraries } from "./inline_styles";
import { kinds } from "./kinds";
import { offeredOnly } from "./offered";
import { Saving } from "./saving";
import { settings } from "./settings/provider";
import { typing, writeWhatIsTyped } from "./settings/typing";
import { ask, say, told } from "./told";
import { together } from "./together";
import { followSize, listenToButtons, showBeginning, zooming } from "./toolbar";
import { translation } from "./translation";

const CHECK_AFTER_MILLISECONDS = 600;

export async function drawOn(page: HTMLElement): Promise<void> {
  const container = find(page, "[data-canvas]");
  const message = find(page, "[data-message]");
  watchHtmlOfLibraries(container);
  const modeler: any = new Modeler({
    container,
    propertiesPanel: { parent: find(page, "[data-panel]") },
    moddleExtensions: { camunda },
    additionalModules: [
      BpmnPropertiesPanelModule,
      translation,
      minimap,
      simulation,
      together,
      kinds,
      adding,
      offeredOnly,
      settings,
      typing,
    ] as any[],
  });
  nameElements(modeler.get("bpmnFactory"));
  const findings = new Findings(modeler, find(page, "[data-findings]"), find(page, "[data-found]"));
  modeler.get("stepSettings").findingsOf = (id: string) => findings.of(id);
  addEventListener("beforeunload", writeWhatIsTyped); // before the one that asks whether anything is unsaved
  const saving = new Saving(draw, show, find(page, "[data-status]"), find(page, "[data-conflict]"));
  let before: string | undefined;
  let asked = 0;
  let timer: number | undefined;

  if (!(await open(told.draft.files[told.draft.model] ?? ""))) {
    tell(page.dataset.failed ?? "", true);
  }
  show(told.findings);
  modeler.on("commandStack.changed", () => {
    showUndo();
    changed();
  });
  showUndo();

  const commands = modeler.get("commandStack");
  const copyPaste = modeler.get("copyPaste");
  const selection = modeler.get("selection");
  const chooser: Adding = modeler.get("adding");
  const picked = find<HTMLInputElement>(page, "[data-import]");
  picked.addEventListener("change", () => void importFile());
  listenToButtons(page, {
    ...zooming(modeler),
    undo: () => commands.undo(),
    redo: () => commands.redo(),
    add: () => chooser.choose(chooser.target()),
    copy: () => void (selection.get().length && copyPaste.copy(selection.get())),
    paste: () => pasteInView(),
    import: () => picked.click(),
    "import-back": () => importedBack(),
    bpmn: () => exportAs("bpmn", modeler),
    svg: () => exportAs("svg", modeler),
    png: () => exportAs("png", modeler),
    save: () => saveAll(),
  });
  addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      event.preventDefault();
      void saveAll();
    }
  });
  modeler.get("keyboard").addListener(700, ({ keyEvent }: { keyEvent: KeyboardEvent }) => {
    const plain = !keyEvent.ctrlKey && !keyEvent.metaKey && !keyEvent.altKey && !keyEvent.shiftKey;
    if (plain && ["n", "a"].includes(keyEvent.key.toLowerCase())) {
      chooser.choose(chooser.target());
      return true;
    }
    return undefined;
  });
  container.addEventListener("keydown", (event) => {
    if (event.target instanceof SVGElement && event.key.length === 1) {
      event.stopPropagation(); // a letter on the canvas is the drawing's, not the page's
    }
  });
  followSize(modeler, container);
  page.dataset.drawn = "true";

  async function saveAll(): Promise<void> {
    writeWhatIsTyped();
    await saving.save();
  }

  async function draw(): Promise<string> {
    return (await modeler.saveXML({ format: true })).xml;
  }

  async function open(xml: string): Promise<boolean> {
    try {
      await modeler.importXML(xml);
    } catch {
      return false;
    }
    showBeginning(modeler);
    return true;
  }

  function show(found: typeof told.findings): void {
    asked += 1; // what was asked before this is older
    findings.show(found);
  }

  function changed(): void {
    saving.note();
    clearTimeout(timer);
    timer = window.setTimeout(() => void check(), CHECK_AFTER_MILLISECONDS);
  }

  async function check(): Promise<void> {
    asked += 1;
    const mine = asked;
    try {
      const files = { ...told.draft.files, [told.draft.model]: await draw() };
      const answer = await ask(told.urls.check ?? "", { files });
      const body = await answer.json();
      if (answer.ok && mine === asked) {
        findings.show(body.findings);
      }
    } catch {
      // the line about saving says that nothing comes through
    }
  }

  async function importFile(): Promise<void> {
    const [file] = picked.files ?? [];
    picked.value = "";
    if (!file) {
      return;
    }
    try {
      const drawing = await drawingIn(file, modeler.get("moddle"), processDrawn());
      const now = await draw();
      if (!(await open(drawing.xml))) {
        await open(now);
        throw new Unreadable(say("import_unreadable", { name: file.name }));
      }
      before = now;
      find(page, "[data-do='import-back']").hidden = false;
      tell(drawing.told);
      changed();
      showUndo();
    } catch (error) {
      tell(error instanceof Unreadable ? error.message : say("import_unreadable", { name: file.name }), true);
    }
  }

  async function importedBack(): Promise<void> {
    if (before && (await open(before))) {
      before = undefined;
      find(page, "[data-do='import-back']").hidden = true;
      tell(say("import_back"));
      changed();
    }
  }

  function processDrawn(): any {
    return modeler.getDefinitions()?.rootElements.find((one: any) => one.id === told.draft.key);
  }

  function pasteInView(): void {
    const view = modeler.get("canvas").viewbox();
    const [selected] = selection.get();
    const element = modeler.get("elementRegistry").find((one: any) => one.type === "bpmn:Participant");
    const point = selected
      ? { x: selected.x + selected.width / 2, y: selected.y + selected.height * 2.5 }
      : { x: view.x + view.width / 2, y: view.y + view.height / 2 };
    copyPaste.paste({ element: element ?? modeler.get("canvas").getRootElement(), point });
  }

  function showUndo(): void {
    const stack = modeler.get("commandStack");
    find<HTMLButtonElement>(page, "[data-do='undo']").disabled = !stack.canUndo();
    find<HTMLButtonElement>(page, "[data-do='redo']").disabled = !stack.canRedo();
  }

  function tell(text: string, refused = false): void {
    message.textContent = text;
    message.hidden = !text;
    message.className = `alert alert-${refused ? "danger" : "success"}`;
    message.setAttribute("role", refused ? "alert" : "status");
  }
}

function find<Found extends HTMLElement = HTMLElement>(page: HTMLElement, selector: string): Found {
  return page.querySelector<Found>(selector)!;
}
