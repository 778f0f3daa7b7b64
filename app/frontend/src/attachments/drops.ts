/** Files may be dropped anywhere on the form: into the field under the pointer, else into the one that says `data-drop-default`. */
import type { Box } from "./index";

export function catchDrops(form: HTMLFormElement, boxes: Box[], take: (box: Box, files: File[]) => void): void {
  const fallback = boxes.find((box) => box.element.dataset.dropDefault !== undefined) ?? boxes[boxes.length - 1];
  let depth = 0;
  if (!fallback) {
    return;
  }
  form.addEventListener("dragenter", (event) => {
    if (hasFiles(event)) {
      event.preventDefault();
      depth += 1;
      form.classList.add("is-dropping");
    }
  });
  form.addEventListener("dragover", (event) => {
    if (hasFiles(event)) {
      event.preventDefault();
      show(under(event));
    }
  });
  form.addEventListener("dragleave", (event) => {
    if (hasFiles(event)) {
      depth -= 1;
      if (depth <= 0) {
        end();
      }
    }
  });
  form.addEventListener("drop", (event) => {
    if (hasFiles(event)) {
      event.preventDefault();
      const box = under(event);
      end();
      take(box, [...(event.dataTransfer?.files ?? [])]);
    }
  });
  // beside the form a file would replace the page, and what was typed with it
  for (const kind of ["dragover", "drop"] as const) {
    window.addEventListener(kind, (event) => hasFiles(event) && event.preventDefault());
  }

  function under(event: DragEvent): Box {
    const at = event.target instanceof Node ? event.target : null;
    return boxes.find((box) => box.element.contains(at)) ?? (fallback as Box);
  }

  function show(target: Box | undefined): void {
    for (const box of boxes) {
      box.element.classList.toggle("is-target", box === target);
    }
  }

  function end(): void {
    depth = 0;
    form.classList.remove("is-dropping");
    show(undefined);
  }
}

function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes("Files") ?? false;
}
