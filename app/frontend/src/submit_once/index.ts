/** A double click sends a form once; the button says so, and is given back when the page is shown again. */
export function submitOnce(root: ParentNode): void {
  for (const form of root.querySelectorAll<HTMLFormElement>("form[method=post]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) {
        event.preventDefault();
        return;
      }
      form.dataset.sent = "true";
      const button = event.submitter;
      if (button instanceof HTMLButtonElement) {
        button.setAttribute("aria-busy", "true");
        button.classList.add("btn-loading");
      }
    });
  }
  window.addEventListener("pageshow", giveBack); // the same listener is taken once
}

/** What was sent can be sent again. */
export function giveBack(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-sent]")) {
    delete form.dataset.sent;
    form.querySelectorAll("[aria-busy]").forEach((button) => {
      button.removeAttribute("aria-busy");
      button.classList.remove("btn-loading");
    });
  }
}
