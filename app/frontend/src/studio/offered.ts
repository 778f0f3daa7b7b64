/** Takes out of the library's menus what the engine does not run, so that nobody draws it. */

const NOT_RUN = new RegExp(
  [
    "compensat|cancel|transaction|ad-hoc|complex|data-|message-flow|loop$|collection|multiplicity",
    "event-based-instantiate|replace-with-task$|conditional-start$|pool|collapsed",
  ].join("|"),
);
const NO_TOOLS = ["create.data-object", "create.data-store", "create.task", "create.group"];
const NO_APPENDS = ["append.compensation-activity", "append.append-task"];
const LATE = 500;

type Entries = Record<string, unknown>;

class OfferedOnly {
  static $inject = ["palette", "contextPad", "popupMenu"];

  constructor(palette: any, contextPad: any, popupMenu: any) {
    palette.registerProvider(LATE, { getPaletteEntries: () => without(NO_TOOLS) });
    contextPad.registerProvider(LATE, { getContextPadEntries: () => without(NO_APPENDS) });
    popupMenu.registerProvider("bpmn-replace", LATE, {
      getPopupMenuEntries: (target: any) => (entries: Entries) => {
        const atProcess = target.type === "bpmn:StartEvent" && target.parent?.type !== "bpmn:SubProcess";
        const kept = Object.entries(entries).filter(([name]) => !NOT_RUN.test(name) || (!atProcess && /conditional-start/.test(name)));
        return Object.fromEntries(kept);
      },
      getPopupMenuHeaderEntries: () => (entries: Entries) =>
        Object.fromEntries(Object.entries(entries).filter(([name]) => !NOT_RUN.test(name))),
    });
  }
}

function without(names: string[]): (entries: Entries) => Entries {
  return (entries) => Object.fromEntries(Object.entries(entries).filter(([name]) => !names.includes(name)));
}

export const offeredOnly = { __init__: ["offeredOnly"], offeredOnly: ["type", OfferedOnly] };
