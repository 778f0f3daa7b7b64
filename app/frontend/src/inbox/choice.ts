import { REFRESHED } from "../live/list";

/** Rows are chosen for acting on many: one by one, or all of the page; how many is said. They stay chosen when the list is fetched anew. */
export function chooseRows(root: Document): void {
  const form = root.querySelector<HTMLFormElement>("form[data-batch]");
  const said = form?.querySelector<HTMLElement>("[data-chosen]");
  if (!form || !said) {
    return;
  }
  const rows = () => [...form.querySelectorAll<HTMLInputElement>("[data-choose]")];
  const largest = Number(form.dataset.largest);
  let kept = new Set<string>();
  const show = () => {
    const boxes = rows();
    kept = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    const chosen = kept.size;
    for (const one of form.querySelectorAll<HTMLInputElement>("[data-choose-all]")) {
      one.checked = chosen > 0 && chosen === boxes.length;
      one.indeterminate = chosen > 0 && chosen < boxes.length;
    }
    for (const box of boxes) {
      box.closest("tr")?.classList.toggle("is-chosen", box.checked);
    }
    for (const button of form.querySelectorAll<HTMLButtonElement>("[data-batch-button]")) {
      button.disabled = chosen === 0 || chosen > largest;
    }
    said.textContent = chosen ? (said.dataset.some ?? "").replace("{count}", String(chosen)) : (said.dataset.none ?? "");
  };
  form.addEventListener("change", (event) => {
    const changed = event.target as HTMLInputElement;
    if (changed.matches("[data-choose-all]")) {
      rows().forEach((box) => (box.checked = changed.checked));
    }
    show();
  });
  root.addEventListener(REFRESHED, () => {
    rows().forEach((box) => (box.checked = kept.has(box.value))); // an item that was changed meanwhile is looked at first
    show();
  });
  show();
  window.addEventListener("pageshow", show);
}
