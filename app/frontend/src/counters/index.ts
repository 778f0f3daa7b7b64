/** Shows how many characters of the allowed ones a text has. */
export function countCharacters(root: ParentNode): void {
  for (const field of root.querySelectorAll<HTMLTextAreaElement | HTMLInputElement>("[data-counted]")) {
    const counter = document.getElementById(field.dataset.counted ?? "");
    const show = () => {
      if (counter) {
        counter.textContent = `${[...field.value].length} / ${field.dataset.limit}`;
      }
    };
    field.addEventListener("input", show);
    show();
  }
}
