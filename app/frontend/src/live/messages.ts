/** What the server tells of somebody's boxes, and what pages and the worker they share say to each other. */
export interface Inbox {
  person: string;
  counts: Record<string, number>;
  newest: Record<string, string>;
}

/** From a page: whose it is and how often to ask without a stream; that it wants to be certain; that it goes away. */
export type ToSource = { hello: string; pollSeconds: number } | { check: true } | { bye: true };

export function same(one: Inbox | undefined, other: Inbox | undefined): boolean {
  return JSON.stringify(one && [one.counts, one.newest]) === JSON.stringify(other && [other.counts, other.newest]);
}
