/** People and units are picked from long lists by typing a part of the name. */
import TomSelect from "tom-select";

export function pickFromLists(root: ParentNode): void {
  for (const select of root.querySelectorAll<HTMLSelectElement>("select[data-picker]")) {
    new TomSelect(select, {
      plugins: select.multiple ? ["remove_button"] : [],
      maxOptions: 500,
      refreshThrottle: 0, // who types a name and presses Enter at once means that name, not the first of the list
      hidePlaceholder: true,
      onItemAdd(this: TomSelect) {
        this.setTextboxValue("");
        this.refreshOptions(select.multiple);
      },
      onInitialize() {
        select.setAttribute("aria-hidden", "true"); // the control that replaces it carries the label
      },
      render: { no_results: () => `<div class="no-results">${select.dataset.nothing ?? ""}</div>` },
    });
  }
}

/** Let go of what the pickers of a part listen to in the whole page. */
export function closePickers(part: ParentNode): void {
  for (const select of part.querySelectorAll<HTMLSelectElement & { tomselect?: TomSelect }>("select[data-picker]")) {
    select.tomselect?.destroy();
  }
}
