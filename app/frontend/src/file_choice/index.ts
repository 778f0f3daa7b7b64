/** The house's own button for a file field, in the page's language: it says what was chosen. */
export function showChosenFiles(root: Document): void {
  for (const input of root.querySelectorAll<HTMLInputElement>("input[type=file][data-chosen]")) {
    const shown = root.getElementById(input.dataset.chosen ?? "");
    const none = shown?.textContent ?? "";
    input.addEventListener("change", () => {
      if (shown) {
        shown.textContent = [...(input.files ?? [])].map((file) => file.name).join("、") || none;
      }
    });
  }
}
