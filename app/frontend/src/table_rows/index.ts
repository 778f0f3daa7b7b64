/** A table of a form gets a further row by its button: the last one, emptied, under the next number. */
export function addTableRows(root: ParentNode): void {
  for (const button of root.querySelectorAll<HTMLButtonElement>("[data-add-row]")) {
    button.addEventListener("click", () => {
      const rows = root.querySelectorAll<HTMLTableRowElement>(`#${button.dataset.addRow} tbody tr`);
      const last = rows[rows.length - 1];
      if (!last) {
        return;
      }
      const row = last.cloneNode(true) as HTMLTableRowElement;
      for (const field of row.querySelectorAll<HTMLInputElement>("[name]")) {
        field.name = field.name.replace(/-\d+-/, `-${rows.length}-`);
        field.value = "";
      }
      last.after(row);
      row.querySelector<HTMLElement>("input, select, textarea")?.focus();
    });
  }
}
