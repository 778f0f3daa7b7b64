/** What was known at a moment, as the server tells it: fetched once one stays there, and kept. */
const STAYS_MILLISECONDS = 120;
const MOST_KEPT = 300;

export class Known {
  private kept = new Map<number, string>();
  private timer = 0;
  private asking: AbortController | undefined;

  constructor(
    private place: HTMLElement,
    private url: string,
    first: number,
    private unreachable: string,
  ) {
    this.kept.set(first, place.innerHTML);
  }

  show(seq: number): void {
    window.clearTimeout(this.timer);
    this.asking?.abort();
    const known = this.kept.get(seq);
    if (known !== undefined) {
      this.put(known);
      return;
    }
    this.place.setAttribute("aria-busy", "true");
    this.timer = window.setTimeout(() => void this.ask(seq), STAYS_MILLISECONDS);
  }

  private async ask(seq: number): Promise<void> {
    const asking = new AbortController();
    this.asking = asking;
    try {
      const response = await fetch(`${this.url}?at=${seq}`, { signal: asking.signal });
      if (!response.ok) {
        throw new Error(String(response.status));
      }
      const text = await response.text();
      if (this.kept.size >= MOST_KEPT) {
        this.kept.delete(this.kept.keys().next().value!);
      }
      this.kept.set(seq, text);
      this.put(text);
    } catch (error) {
      if (!asking.signal.aborted) {
        this.place.textContent = this.unreachable;
        this.place.removeAttribute("aria-busy");
      }
    }
  }

  private put(text: string): void {
    const top = this.place.scrollTop;
    this.place.innerHTML = text;
    this.place.scrollTop = top;
    this.place.removeAttribute("aria-busy");
  }
}
