/**
 * 自动暂存: a form with `data-autosave` sends its entries after a pause and when the page is left. What the server refuses is
 * said beside the form and stays in it. What was sent becomes the text over which `keep_typed` keeps what is typed next.
 */
import { remember } from "../keep_typed";

const PAUSE = 1500;
const FIRST_RETRY = 5000;
const LONGEST_RETRY = 60000;
/** A browser sends no more than this of a page that is being closed. */
const MOST_ON_LEAVING = 60000;
const BESIDE = ["csrf_token", "idempotency_key", "version", "draft_seen"];

interface Answer {
  stamp?: string;
  text?: string;
  detail?: string;
}

export function saveWhileTyping(root: Document): void {
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-autosave]")) {
    const status = root.getElementById(form.dataset.autosaveStatus ?? "");
    if (status) {
      watch(form, form.dataset.autosave ?? "", status);
    }
  }
}

function watch(form: HTMLFormElement, url: string, status: HTMLElement): void {
  let saved = entries(form);
  let timer = 0;
  let retry = FIRST_RETRY;
  let sending = false;
  let refused = false;

  form.addEventListener("input", () => schedule(PAUSE));
  form.addEventListener("change", () => schedule(PAUSE));
  window.addEventListener("online", () => schedule(0));
  window.addEventListener("pagehide", () => leave());
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && leave());

  function schedule(delay: number): void {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void send(), delay);
  }

  function leave(): void {
    if (entries(form) !== saved && new Blob([entries(form)]).size < MOST_ON_LEAVING) {
      void send(true);
    }
  }

  async function send(leaving = false): Promise<void> {
    const now = entries(form);
    if (sending || refused || form.dataset.sent || now === saved) {
      return;
    }
    sending = true;
    const texts = typed(form);
    const body = new FormData(form);
    try {
      const headers = { Accept: "application/json", "X-CSRFToken": String(body.get("csrf_token") ?? "") };
      const response = await fetch(url, { method: "POST", body, headers, redirect: "manual", keepalive: leaving });
      await heard(response, now, texts);
    } catch {
      say(form.dataset.autosaveOffline ?? "", true);
      schedule(retry);
      retry = Math.min(retry * 2, LONGEST_RETRY);
    } finally {
      sending = false;
    }
    if (!refused && retry === FIRST_RETRY && entries(form) !== saved && saved === now) {
      schedule(PAUSE);
    }
  }

  async function heard(response: Response, sent: string, texts: Map<HTMLInputElement | HTMLTextAreaElement, string>): Promise<void> {
    if (response.type === "opaqueredirect") {
      say(form.dataset.autosaveSignedOut ?? "", true);
      refused = true;
      return;
    }
    if (response.status >= 500 || response.status === 429) {
      throw new Error(String(response.status));
    }
    const answer: Answer = await response.json();
    retry = FIRST_RETRY;
    if (!response.ok) {
      refused = response.status !== 422; // a wrong entry is corrected by typing on; the rest is not
      say(`${answer.detail ?? ""}${refused ? (form.dataset.autosaveStays ?? "") : ""}`, true);
      return;
    }
    saved = sent;
    const seen = form.querySelector<HTMLInputElement>("input[name=draft_seen]");
    if (seen && answer.stamp !== undefined) {
      seen.value = answer.stamp;
    }
    for (const [field, text] of texts) {
      const shown = field.value;
      field.defaultValue = text;
      if (field.value !== shown) {
        field.value = shown;
      }
    }
    remember(form);
    say(answer.text ?? "", false);
  }

  function say(text: string, warning: boolean): void {
    status.textContent = text;
    status.classList.toggle("text-danger", warning);
  }
}

function typed(form: HTMLFormElement): Map<HTMLInputElement | HTMLTextAreaElement, string> {
  const fields = form.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("textarea[name], input[type=text][name]");
  return new Map([...fields].map((field) => [field, field.value]));
}

function entries(form: HTMLFormElement): string {
  const pairs = [...new FormData(form)].filter(([name, value]) => !BESIDE.includes(name) && typeof value === "string");
  return JSON.stringify(pairs);
}
