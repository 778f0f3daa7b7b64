/** A case as the page was told it: tables, and for each event numbers into them. Every moment is found without asking again. */

export interface Diagram {
  url: string;
  name?: string;
}

export interface Version {
  label: string;
  url: string;
  called: Record<string, Diagram>;
}

export interface Frames {
  at: number[];
  begin: number;
  worked: number[];
  day: number;
  kind: number[];
  who: number[];
  place: number[];
  label: number[];
  flags: number[];
  tokens: [seq: number, places: number[], failed: number[]][];
  passed: [seq: number, elements: number[]][];
  moves: [seq: number, mode: string, origins: number[], target: number][];
  passages: [element: number, opened: number, closed: number][];
  runs: [seq: number, version: number][];
  versions: Version[];
  kinds: string[];
  people: string[];
  labels: string[];
  elements: string[];
  names: string[];
  within: string[];
}

export interface Move {
  mode: string;
  origin: string;
  target: string;
  times: number;
  latest: boolean;
}

/** What the diagram shows of a moment; elements by their ids. */
export interface Moment {
  version: number;
  tokens: Map<string, number>;
  failed: Set<string>;
  passed: Set<string>;
  rounds: Map<string, number>;
  worked: Map<string, number>;
  inside: Map<string, string[]>;
  moves: Move[];
}

export class Life {
  private counts: number[];
  private applied = 0; // how many of `passed` the counts hold

  constructor(readonly frames: Frames) {
    this.counts = new Array<number>(frames.elements.length).fill(0);
  }

  get length(): number {
    return this.frames.at.length;
  }

  /** The last event that had happened when so many seconds of the case's life had passed. */
  seqAt(seconds: number): number {
    return Math.max(1, last(this.frames.at, (at) => at <= seconds) + 1);
  }

  moment(seq: number): Moment {
    const { frames } = this;
    const standing = frames.tokens[last(frames.tokens, ([from]) => from <= seq)];
    const tokens = new Map<string, number>();
    for (const place of standing?.[1] ?? []) {
      tokens.set(this.element(place), (tokens.get(this.element(place)) ?? 0) + 1);
    }
    const failed = new Set((standing?.[2] ?? []).map((place) => this.element(place)));
    this.countUntil(seq);
    const passed = new Set<string>();
    const rounds = new Map<string, number>();
    this.counts.forEach((count, place) => {
      if (count) {
        passed.add(this.element(place));
        rounds.set(this.element(place), count);
      }
    });
    return {
      version: frames.runs[last(frames.runs, ([from]) => from <= seq)]?.[1] ?? 0,
      tokens,
      failed,
      passed,
      rounds,
      worked: this.worked(seq, rounds),
      inside: this.inside(tokens),
      moves: this.moves(seq),
    };
  }

  /** The next event in a direction of which something holds, or undefined. */
  find(from: number, by: 1 | -1, wanted: (at: number) => boolean): number | undefined {
    for (let seq = from + by; seq >= 1 && seq <= this.length; seq += by) {
      if (wanted(seq - 1)) {
        return seq;
      }
    }
    return undefined;
  }

  element(place: number): string {
    return this.frames.elements[place] ?? "";
  }

  name(place: number): string {
    return this.frames.names[place] || this.element(place);
  }

  /** Go forth or back over what was passed, from where the counts are. */
  private countUntil(seq: number): void {
    const { passed } = this.frames;
    while (this.applied < passed.length && passed[this.applied]![0] <= seq) {
      passed[this.applied++]![1].forEach((place) => this.counts[place]!++);
    }
    while (this.applied > 0 && passed[this.applied - 1]![0] > seq) {
      passed[--this.applied]![1].forEach((place) => this.counts[place]!--);
    }
  }

  /** Working time at each step so far; how often somebody had something to do there counts as its rounds. */
  private worked(seq: number, rounds: Map<string, number>): Map<string, number> {
    const { passages, worked } = this.frames;
    const spent = new Map<string, number>();
    const opened = new Map<string, number>();
    for (const [place, from, to] of passages) {
      if (from > seq) {
        break;
      }
      const id = this.element(place);
      const until = to && to <= seq ? to : seq;
      spent.set(id, (spent.get(id) ?? 0) + worked[until - 1]! - worked[from - 1]!);
      opened.set(id, (opened.get(id) ?? 0) + 1);
    }
    opened.forEach((times, id) => rounds.set(id, times)); // the time that is still open counts
    return spent;
  }

  /** What waits inside of subprocesses and calls, however deep, by the names of the steps. */
  private inside(tokens: Map<string, number>): Map<string, string[]> {
    const { elements, within, names } = this.frames;
    const places = new Map(elements.map((id, place) => [id, place]));
    const inside = new Map<string, string[]>();
    for (const id of tokens.keys()) {
      const place = places.get(id) ?? -1;
      for (let around = within[place]; around; around = within[places.get(around) ?? -1]) {
        inside.set(around, [...(inside.get(around) ?? []), names[place] || id]);
      }
    }
    return inside;
  }

  private moves(seq: number): Move[] {
    const found = new Map<string, Move>();
    for (const [at, mode, origins, target] of this.frames.moves) {
      if (at > seq) {
        break;
      }
      for (const place of origins) {
        const [origin, to] = [this.element(place), this.element(target)];
        const key = `${mode} ${origin} ${to}`;
        const times = (found.get(key)?.times ?? 0) + 1;
        found.set(key, { mode, origin, target: to, times, latest: at === seq });
      }
    }
    return [...found.values()];
  }
}

/** The place of the last of sorted things for which something holds, or -1. */
function last<T>(things: T[], holds: (one: T) => boolean): number {
  let [low, high] = [0, things.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(things[middle]!)) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low - 1;
}
