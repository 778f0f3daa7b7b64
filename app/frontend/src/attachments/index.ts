/**
 * Files are sent as soon as they are chosen or dropped; the form then carries only their ids. The list in the page is the truth:
 * removing a line takes the file out of the form. A form waits for files that are still on their way.
 */
import { catchDrops } from "./drops";
import { type Line, uploadLine } from "./line";
import { send } from "./sending";

const AT_ONCE = 2;

/** One field for files, with what it says. */
export interface Box {
  element: HTMLElement;
  input: HTMLInputElement;
  list: HTMLUListElement;
  status: HTMLElement;
  words: Record<string, string>;
}

interface Waiting {
  box: Box;
  file: File;
  line: Line;
}

export function attachFiles(root: Document): void {
  const boxes = [...root.querySelectorAll<HTMLElement>("[data-attachments]")].flatMap((element) => asBox(element));
  const queue: Waiting[] = [];
  let running = 0;

  for (const box of boxes) {
    box.element.querySelector("[data-choose]")?.addEventListener("click", () => box.input.click());
    box.input.addEventListener("change", () => {
      const files = [...(box.input.files ?? [])];
      box.input.value = "";
      take(box, files);
    });
    box.list.addEventListener("click", (event) => {
      const button = (event.target as HTMLElement).closest("button[data-remove]");
      if (button) {
        button.closest("li")?.remove();
        changed(box);
        box.input.focus();
      }
    });
  }
  for (const form of new Set(boxes.map((box) => box.element.closest("form")))) {
    if (form) {
      catchDrops(form, boxes.filter((box) => box.element.closest("form") === form), take);
      form.addEventListener("submit", (event) => waitFor(form, event));
    }
  }

  function take(box: Box, files: File[]): void {
    const taken = box.input.multiple ? files : files.slice(0, 1);
    if (taken.length < files.length) {
      say(box, box.words.one ?? "", true);
    }
    for (const file of taken) {
      const line = uploadLine(box, file.name);
      box.list.append(line.element);
      enqueue({ box, file, line });
    }
  }

  function enqueue(one: Waiting): void {
    const limit = Number(one.box.element.dataset.limitBytes ?? 0);
    if (limit && one.file.size > limit) {
      fail(one, (one.box.words.big ?? "").replace("{name}", one.file.name), false);
      return;
    }
    one.line.waits(() => {
      queue.splice(queue.indexOf(one), 1);
      drop(one);
    });
    queue.push(one);
    next();
  }

  function next(): void {
    const one = running < AT_ONCE ? queue.shift() : undefined;
    if (!one) {
      return;
    }
    running += 1;
    const sending = send(one.file, (share) => one.line.progress(share));
    one.line.sends(() => sending.abort());
    sending.done
      .then((outcome) => {
        if ("id" in outcome) {
          arrive(one, outcome);
        } else if (outcome.error === "aborted") {
          drop(one);
        } else {
          fail(one, outcome.error || (one.box.words.network ?? ""), true);
        }
      })
      .finally(() => {
        running -= 1;
        next();
      });
  }

  function arrive(one: Waiting, uploaded: { id: string; name: string }): void {
    if (!one.box.input.multiple) {
      one.box.list.querySelectorAll("li").forEach((other) => other !== one.line.element && other.remove());
    }
    one.line.arrived(uploaded);
    say(one.box, `${one.box.words.sent} ${uploaded.name}`, false);
    changed(one.box);
  }

  function fail(one: Waiting, error: string, again: boolean): void {
    one.line.failed(error, again ? () => enqueue(one) : undefined, () => drop(one));
    say(one.box, error, true);
  }

  function drop(one: Waiting): void {
    one.line.element.remove();
    one.box.input.focus();
  }
}

function waitFor(form: HTMLFormElement, event: Event): void {
  const pending = form.querySelector<HTMLElement>("[data-attachments] li.is-sending");
  const box = pending?.closest<HTMLElement>("[data-attachments]");
  const status = box?.querySelector<HTMLElement>("[role=status]");
  if (pending && status) {
    event.preventDefault();
    event.stopImmediatePropagation();
    status.textContent = words(box).wait ?? "";
    status.classList.add("text-danger");
    pending.scrollIntoView({ block: "center" });
  }
}

function asBox(element: HTMLElement): Box[] {
  const input = element.querySelector<HTMLInputElement>("input[type=file]");
  const list = element.querySelector<HTMLUListElement>("ul");
  const status = element.querySelector<HTMLElement>("[role=status]");
  return input && list && status ? [{ element, input, list, status, words: words(element) }] : [];
}

function words(element: HTMLElement | null | undefined): Record<string, string> {
  return JSON.parse(element?.dataset.words ?? "{}");
}

function say(box: Box, text: string, warning: boolean): void {
  box.status.textContent = text;
  box.status.classList.toggle("text-danger", warning);
}

/** Lets the form know that it holds something else now, as if somebody had typed. */
function changed(box: Box): void {
  box.list.dispatchEvent(new Event("change", { bubbles: true }));
}
