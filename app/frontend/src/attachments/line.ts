/** One line of the list of files: on its way, failed, or arrived. */
import type { Box } from "./index";

export interface Line {
  element: HTMLLIElement;
  waits: (cancel: () => void) => void;
  sends: (cancel: () => void) => void;
  progress: (share: number) => void;
  failed: (error: string, again: (() => void) | undefined, remove: () => void) => void;
  arrived: (uploaded: { id: string; name: string }) => void;
}

export function uploadLine(box: Box, name: string): Line {
  const element = document.createElement("li");
  const bar = document.createElement("progress");
  bar.max = 100;
  bar.setAttribute("aria-label", `${box.words.sending} ${name}`);
  const share = span("", "banjie-muted text-nowrap");

  const onItsWay = (cancel: () => void, text: string) => {
    element.className = "is-sending";
    bar.value = 0;
    share.textContent = text;
    element.replaceChildren(span(name), bar, share, button(box.words.cancel ?? "", name, cancel));
  };
  return {
    element,
    waits: (cancel) => onItsWay(cancel, box.words.waiting ?? ""),
    sends: (cancel) => onItsWay(cancel, "0%"),
    progress: (part) => {
      bar.value = Math.round(part * 100);
      share.textContent = `${bar.value}%`;
    },
    failed: (error, again, remove) => {
      element.className = "is-failed";
      const buttons = again ? [button(box.words.retry ?? "", name, again)] : [];
      element.replaceChildren(span(name), span(error, "text-danger"), ...buttons, button(box.words.remove ?? "", name, remove));
    },
    arrived: (uploaded) => {
      element.className = "";
      const value = document.createElement("input");
      value.type = "hidden";
      value.name = box.element.dataset.name ?? "";
      value.value = uploaded.id;
      const remove = button(box.words.remove ?? "", uploaded.name);
      remove.dataset.remove = "";
      remove.classList.add("btn-ghost-danger");
      element.replaceChildren(link(uploaded), value, remove);
    },
  };
}

function link(uploaded: { id: string; name: string }): HTMLAnchorElement {
  const made = document.createElement("a");
  made.href = `/attachments/${encodeURIComponent(uploaded.id)}/preview`;
  made.textContent = uploaded.name;
  made.target = "_blank"; // what is typed stays where it is
  made.rel = "noopener";
  return made;
}

function span(text: string, className = ""): HTMLSpanElement {
  const made = document.createElement("span");
  made.textContent = text;
  made.className = className;
  return made;
}

function button(text: string, name: string, press?: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn btn-sm";
  made.textContent = text;
  made.setAttribute("aria-label", `${text} ${name}`);
  if (press) {
    made.addEventListener("click", press);
  }
  return made;
}
