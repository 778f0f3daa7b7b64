/**
 * Knows what lies in the boxes: by an event stream; where there is none, by asking from time to time. A stream that breaks is
 * opened again after one second, then two, four … up to half a minute; from the third failure on the boxes are asked for meanwhile.
 */
import { type Inbox, same } from "./messages";

const STREAM = "/live";
const COUNTS = "/worklist/counts";
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;
const FAILURES_BEFORE_ASKING = 3;

export class Source {
  last: Inbox | undefined;
  /** Nobody is signed in any more: whoever signs in again begins anew. */
  over = false;
  private stream: EventSource | undefined;
  private failures = 0;
  private again: ReturnType<typeof setTimeout> | undefined;
  private asking: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly pollSeconds: number,
    private readonly tell: (inbox: Inbox) => void,
  ) {}

  start(): void {
    const stream = new EventSource(STREAM);
    this.stream = stream;
    stream.addEventListener("inbox", (event) => {
      this.failures = 0;
      this.stopAsking();
      this.learn(JSON.parse((event as MessageEvent<string>).data));
    });
    stream.addEventListener("replaced", () => {
      this.close(); // newer pages of the same person took the place; this one may ask from time to time
      this.keepAsking();
    });
    stream.addEventListener("error", () => {
      this.close();
      this.failures += 1;
      if (this.failures >= FAILURES_BEFORE_ASKING) {
        this.keepAsking();
      }
      const pause = Math.min(FIRST_PAUSE * 2 ** (this.failures - 1), LONGEST_PAUSE);
      this.again = setTimeout(() => this.start(), pause * (0.75 + Math.random() / 2)); // not all browsers at once
    });
  }

  stop(): void {
    this.close();
    this.stopAsking();
  }

  /** Ask once; whoever is no longer signed in is told nothing, and asks no more. */
  async check(): Promise<void> {
    try {
      const answer = await fetch(COUNTS, { redirect: "manual", headers: { Accept: "application/json" } });
      if (answer.type === "opaqueredirect" || answer.status === 401) {
        this.stop();
        this.over = true;
      } else if (answer.ok) {
        this.learn(await answer.json(), true);
      }
    } catch {
      // the server is away; it is asked again
    }
  }

  private learn(inbox: Inbox, certain = false): void {
    if (certain || !same(inbox, this.last)) {
      this.last = inbox;
      this.tell(inbox);
    }
  }

  private close(): void {
    this.stream?.close();
    this.stream = undefined;
    clearTimeout(this.again);
  }

  private keepAsking(): void {
    if (this.asking === undefined) {
      void this.check();
      this.asking = setInterval(() => void this.check(), this.pollSeconds * 1_000);
    }
  }

  private stopAsking(): void {
    clearInterval(this.asking);
    this.asking = undefined;
  }
}
