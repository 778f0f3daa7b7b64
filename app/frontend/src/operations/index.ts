/**
 * The form of something that is done with an item: one begins to fill it in at once, and what sending back would do is
 * looked at anew whenever something else is chosen.
 */
import type TomSelect from "tom-select";

const FORM = "form.banjie-operation";
const PREVIEW = "[data-preview]";

/** Put the focus where one goes on: on what was wrong, or else on the first field. */
export function begin(part: ParentNode): void {
  const form = part.querySelector<HTMLFormElement>(FORM);
  if (!form) {
    return;
  }
  const fields = "[aria-invalid=true], input[type=radio]:checked, select, textarea, .banjie-decisions .btn-primary";
  const field = form.querySelector<HTMLElement>("[aria-invalid=true]") ?? form.querySelector<HTMLElement>(fields);
  const picker = (field as { tomselect?: TomSelect } | null)?.tomselect;
  if (picker) {
    picker.focus();
  } else {
    field?.focus({ preventScroll: true });
  }
}

export function lookAhead(part: ParentNode): void {
  for (const form of part.querySelectorAll<HTMLFormElement>(FORM)) {
    const button = form.querySelector<HTMLButtonElement>("[name=preview]");
    if (button && form.querySelector(PREVIEW)) {
      button.hidden = true; // it is done without it
      form.addEventListener("change", (event) => {
        if (event.target instanceof HTMLInputElement && event.target.type === "radio") {
          void renew(form, button);
        }
      });
    }
  }
}

async function renew(form: HTMLFormElement, button: HTMLButtonElement): Promise<void> {
  try {
    const body = new FormData(form, button);
    const response = await fetch(form.action, { method: "POST", body, headers: { "X-Banjie-Part": "1" } });
    const found = new DOMParser().parseFromString(await response.text(), "text/html").querySelector(PREVIEW);
    const shown = form.querySelector(PREVIEW);
    if (response.ok && found && shown && same(body, new FormData(form, button))) {
      shown.replaceWith(found);
    }
  } catch {
    button.hidden = false; // what is shown is not what was chosen: it can be asked for again
  }
}

/** Whether what was asked for is still what is chosen. */
function same(one: FormData, other: FormData): boolean {
  return ["to", "resubmit"].every((name) => one.get(name) === other.get(name));
}
