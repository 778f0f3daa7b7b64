/** Rows are chosen for acting on many: one by one, or all of the page; how many is said. */
export function chooseRows(root: Document): void {
  const form = root.querySelector<HTMLFormElement>("form[data-batch]");
  const said = form?.querySelector<HTMLElement>("[data-chosen]");
  if (!form || !said) {
    return;
  }
  const boxes = [...form.querySelectorAll<HTMLInputElement>("[data-choose]")];
  const all = [...form.querySelectorAll<HTMLInputElement>("[data-choose-all]")];
  const largest = Number(form.dataset.largest);
  const show = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    for (const one of all) {
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
      boxes.forEach((box) => (box.checked = changed.checked));
    }
    show();
  });
  show();
  window.addEventListener("pageshow", show);
}
