/** The list of changes: each row brings its element into view on both sides. */
import type { Change } from "./changes";
import { settingLabel, typeLabel, valueLabel, type Words } from "./words";

const MOST_LINES = 6;

export function fillTable(body: HTMLElement, changes: Change[], words: Words, choose: (id: string) => void): void {
  const rows = changes.map((change) => {
    const row = document.createElement("tr");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-link p-0 text-start";
    button.textContent = change.name;
    button.setAttribute("aria-pressed", "false");
    row.append(
      cell(badge(change, words)),
      cell(typeLabel(words, change.type)),
      cell(button),
      cell(...folded(change.differences.map((one) => differenceLine(change, one.setting, one.older, one.newer, words)), words)),
    );
    row.addEventListener("click", () => {
      for (const other of body.querySelectorAll("button")) {
        other.setAttribute("aria-pressed", String(other === button));
        other.closest("tr")?.classList.toggle("is-chosen", other === button);
      }
      choose(change.id);
    });
    return row;
  });
  body.replaceChildren(...rows);
}

function cell(...content: (Node | string)[]): HTMLTableCellElement {
  const made = document.createElement("td");
  made.append(...content);
  return made;
}

/** Of many lines all but the first are folded away, such as what a new step allows with every field. */
function folded(lines: HTMLElement[], words: Words): HTMLElement[] {
  if (lines.length <= MOST_LINES) {
    return lines;
  }
  const rest = document.createElement("details");
  const summary = document.createElement("summary");
  summary.textContent = words.more.replace("{}", String(lines.length - MOST_LINES));
  rest.append(summary, ...lines.slice(MOST_LINES));
  return [...lines.slice(0, MOST_LINES), rest];
}

function badge(change: Change, words: Words): HTMLElement {
  const made = document.createElement("span");
  const mark = document.createElement("span");
  made.className = `banjie-change banjie-change-${change.kind} text-nowrap`;
  mark.className = "banjie-change-mark";
  mark.setAttribute("aria-hidden", "true");
  mark.textContent = words.marks[change.kind];
  made.append(mark, ` ${words.changes[change.kind]}`);
  return made;
}

function differenceLine(change: Change, setting: string, older: string, newer: string, words: Words): HTMLElement {
  const line = document.createElement("div");
  line.append(`${settingLabel(words, setting)}：`);
  const said = (tag: string, value: string) => {
    const made = document.createElement(tag);
    made.textContent = valueLabel(words, setting, value);
    return made;
  };
  if (change.kind === "changed") {
    line.append(said("del", older), " → ", said("ins", newer));
  } else {
    line.append(said("span", newer));
  }
  return line;
}
