/**
 * Keeps the draft: after a pause, by the button, by Ctrl+S. The version is optimistic: whoever saved meanwhile is named, and what
 * is drawn here stays. Only where nobody else changed the drawing itself, such as the form in another window, both are joined.
 */
import { ask, say, told, type Draft, type Finding } from "./told";

const PAUSE_MILLISECONDS = 3000;

export class Saving {
  private changed = 0;
  private kept = 0;
  private timer: number | undefined;
  private underWay: Promise<void> | undefined;
  private stopped = false;

  constructor(
    private readonly draw: () => Promise<string>,
    private readonly show: (findings: Finding[]) => void,
    private readonly status: HTMLElement,
    private readonly conflict: HTMLElement,
  ) {
    addEventListener("beforeunload", (event) => {
      if (this.isUnsaved) {
        event.preventDefault();
      }
    });
  }

  get isUnsaved(): boolean {
    return this.changed !== this.kept;
  }

  /** Something was drawn. */
  note(): void {
    this.changed += 1;
    if (!this.stopped) {
      this.say(say("unsaved"), "unsaved");
      clearTimeout(this.timer);
      this.timer = window.setTimeout(() => void this.save(), PAUSE_MILLISECONDS);
    }
  }

  async save(): Promise<void> {
    clearTimeout(this.timer);
    if (this.underWay) {
      await this.underWay;
    }
    if (!this.isUnsaved) {
      return;
    }
    this.underWay = this.send().finally(() => {
      this.underWay = undefined;
    });
    await this.underWay;
  }

  private async send(again = false): Promise<void> {
    const { draft, urls } = told;
    const changed = this.changed;
    this.say(say("saving"), "saving");
    let answer: Response;
    let body: any;
    try {
      const files = { ...draft.files, [draft.model]: await this.draw() };
      answer = await ask(urls.draft, { version: draft.version, files });
      body = await answer.json();
      if (answer.ok) {
        draft.files = body.files;
        draft.version = body.version;
      }
    } catch {
      this.say(say("offline"), "refused");
      return;
    }
    if (answer.ok) {
      this.kept = changed;
      this.stopped = false;
      this.conflict.hidden = true;
      this.say(this.isUnsaved ? say("unsaved") : body.text, this.isUnsaved ? "unsaved" : "saved");
      this.show(body.findings);
    } else if (answer.status === 409 && !again && (await this.joined())) {
      await this.send(true);
    } else {
      this.stopped = answer.status === 409;
      this.conflict.hidden = answer.status !== 409;
      this.say(body.detail ?? say("offline"), "refused");
    }
  }

  /** Take the other files as they were saved meanwhile; tell whether the drawing is still the one that was begun from. */
  private async joined(): Promise<boolean> {
    const answer = await ask(told.urls.draft);
    const newer: Draft | undefined = answer.ok ? await answer.json() : undefined;
    const { draft } = told;
    if (!newer?.editable || newer.files[draft.model] !== draft.files[draft.model]) {
      return false;
    }
    draft.files = newer.files;
    draft.version = newer.version;
    return true;
  }

  private say(text: string, state: string): void {
    this.status.textContent = text;
    this.status.dataset.state = state;
  }
}
