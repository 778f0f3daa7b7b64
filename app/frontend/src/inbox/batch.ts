/** Acting on many items goes on in small portions, so that one sees how far it is; each item is told what became of it. */
const PORTION = 10;

export function actOnMany(root: Document): void {
  const form = root.querySelector<HTMLFormElement>("form[data-batch]");
  const dialog = root.querySelector<HTMLDialogElement>("[data-batch-dialog]");
  if (!form || !dialog) {
    return;
  }
  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (event.defaultPrevented || !(button instanceof HTMLButtonElement)) {
      return;
    }
    event.preventDefault();
    void carryOut(form, button, dialog);
  });
  dialog.addEventListener("cancel", (event) => event.preventDefault()); // what runs is not left half seen
}

async function carryOut(form: HTMLFormElement, button: HTMLButtonElement, dialog: HTMLDialogElement): Promise<void> {
  const items = new FormData(form).getAll("item");
  const progress = dialog.querySelector<HTMLProgressElement>("progress");
  const said = dialog.querySelector<HTMLElement>("[data-progress]");
  const results = dialog.querySelector<HTMLElement>("[data-results]");
  const finish = dialog.querySelector<HTMLAnchorElement>("[data-finish]");
  if (!progress || !said || !results || !finish) {
    return;
  }
  progress.max = items.length;
  progress.value = 0;
  dialog.showModal();
  dialog.querySelector<HTMLElement>("h2")?.focus();
  let done = 0;
  let refused = 0;
  for (let start = 0; start < items.length; start += PORTION) {
    const answer = await send(form, button, items.slice(start, start + PORTION));
    const told = new DOMParser().parseFromString(answer, "text/html").querySelector<HTMLElement>("[data-done]");
    if (!told) {
      results.append(failed(answer));
      break;
    }
    done += Number(told.dataset.done);
    refused += Number(told.dataset.refused);
    results.append(told);
    progress.value = Math.min(start + PORTION, items.length);
    said.textContent = text(said, { done, refused, total: items.length });
  }
  finish.hidden = false;
  finish.focus();
}

async function send(form: HTMLFormElement, button: HTMLButtonElement, items: FormDataEntryValue[]): Promise<string> {
  const body = new FormData(form, button);
  body.delete("item");
  items.forEach((item) => body.append("item", item));
  try {
    const response = await fetch(form.action, { method: "POST", body, headers: { "X-Banjie-Part": "1" } });
    return await response.text();
  } catch (error) {
    return String(error);
  }
}

function failed(answer: string): HTMLElement {
  const problem = document.createElement("p");
  problem.className = "text-danger";
  problem.setAttribute("role", "alert");
  const told = new DOMParser().parseFromString(answer, "text/html").querySelector("[role=alert]");
  problem.textContent = told?.textContent ?? answer.slice(0, 200);
  return problem;
}

function text(of: HTMLElement, counts: Record<string, number>): string {
  return (of.dataset.text ?? "").replace(/\{(\w+)\}/g, (_all, name: string) => String(counts[name] ?? ""));
}
