/** A table that is sorted by the column whose heading is pressed; `data-key` of a cell is what it is sorted by. */
export function sortable(table: HTMLTableElement): void {
  const headings = [...table.querySelectorAll<HTMLElement>("thead th")];
  headings.forEach((heading, column) => {
    heading.querySelector("[data-sort]")?.addEventListener("click", () => {
      const largestFirst = column === 0 ? heading.getAttribute("aria-sort") === "ascending" : heading.getAttribute("aria-sort") !== "descending";
      headings.forEach((one) => one.setAttribute("aria-sort", "none"));
      heading.setAttribute("aria-sort", largestFirst ? "descending" : "ascending");
      const body = table.tBodies[0]!;
      const key = (row: HTMLTableRowElement) => Number(row.cells[column]?.dataset.key ?? 0);
      const rows = [...body.rows].sort((one, other) => (largestFirst ? key(other) - key(one) : key(one) - key(other)));
      body.append(...rows);
    });
  });
}
