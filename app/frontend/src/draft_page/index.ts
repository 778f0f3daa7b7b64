/** What the pages of a draft share: they send files, show findings and what became of saving, and warn before changes are lost. */

export interface Finding {
  file: string;
  line: number;
  element: string | null;
  severity: "error" | "warning";
  message: string;
}

export interface Answer {
  ok: boolean;
  body: Record<string, unknown> & { detail?: string; findings?: Finding[]; text?: string };
}

/** Send JSON, and return what came back; nothing came back where the network failed. */
export async function send(url: string, body: unknown): Promise<Answer | null> {
  const token = document.querySelector<HTMLMetaElement>("meta[name='csrf-token']")?.content ?? "";
  try {
    const response = await fetch(url, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token },
    });
    return { ok: response.ok, body: (await response.json()) as Answer["body"] };
  } catch {
    return null;
  }
}

/** Return what the page brings as JSON. */
export function pageOf<Page>(root: HTMLElement): Page {
  return JSON.parse(root.querySelector("[data-page]")?.textContent ?? "{}") as Page;
}

/** Return an element of the page that its template always has. */
export function part<Kind extends HTMLElement>(root: HTMLElement, selector: string): Kind {
  const found = root.querySelector<Kind>(selector);
  if (!found) {
    throw new Error(`the page has no ${selector}`);
  }
  return found;
}

export function showProblem(root: HTMLElement, message: string): void {
  const problem = part(root, "[data-problem]");
  problem.hidden = message === "";
  problem.textContent = message;
}

export function say(root: HTMLElement, message: string): void {
  const status = part(root, "[data-status]");
  if (status.textContent !== message) {
    status.textContent = message;
  }
}

/** List findings, errors first; where something is to be gone to, each is a button. */
export function listFindings(root: HTMLElement, findings: Finding[], none: string, go: (one: Finding) => void): void {
  const list = part(root, "[data-findings]");
  const lines = [...findings]
    .sort((one, other) => Number(one.severity !== "error") - Number(other.severity !== "error"))
    .map((one) => {
      const line = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.className = `banjie-studio-finding is-${one.severity}`;
      button.textContent = one.message;
      button.addEventListener("click", () => go(one));
      line.append(button);
      return line;
    });
  if (lines.length === 0) {
    const line = document.createElement("li");
    line.className = "banjie-muted";
    line.textContent = none;
    lines.push(line);
  }
  list.replaceChildren(...lines);
}

/** Let the browser ask before a page with unsaved changes is left. */
export function warnOnLeaving(isChanged: () => boolean): void {
  addEventListener("beforeunload", (event) => {
    if (isChanged()) {
      event.preventDefault();
    }
  });
}

/** Call something once nothing has happened for a while. */
export function afterPause(milliseconds: number, act: () => void): () => void {
  let timer = 0;
  return () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(act, milliseconds);
  };
}
