/**
 * Usual phrases are put in where the cursor stands, as if they had been typed: so they can be undone. The first nine have
 * Alt and a digit while one writes. A place that is to be filled in (××) is selected.
 */
const PLACE = "××";

export function offerPhrases(root: Document): void {
  for (const group of root.querySelectorAll<HTMLElement>("[data-phrases]")) {
    const text = root.getElementById(group.dataset.phrases ?? "");
    if (!(text instanceof HTMLTextAreaElement)) {
      continue;
    }
    const buttons = [...group.querySelectorAll<HTMLButtonElement>("[data-phrase]")];
    group.addEventListener("click", (event) => {
      const button = (event.target as HTMLElement).closest<HTMLButtonElement>("[data-phrase]");
      if (button) {
        putIn(text, button.dataset.phrase ?? "");
      }
    });
    text.addEventListener("keydown", (event) => {
      const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
      const button = digit && buttons[Number(digit[1]) - 1];
      if (button && event.altKey && !event.ctrlKey && !event.metaKey && !event.isComposing) {
        event.preventDefault();
        putIn(text, button.dataset.phrase ?? "");
      }
    });
  }
}

function putIn(text: HTMLTextAreaElement, phrase: string): void {
  const from = text.selectionStart;
  text.focus();
  if (!document.execCommand("insertText", false, phrase)) {
    text.setRangeText(phrase, from, text.selectionEnd, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }
  const place = phrase.indexOf(PLACE);
  if (place >= 0) {
    text.setSelectionRange(from + place, from + place + PLACE.length);
  }
}
