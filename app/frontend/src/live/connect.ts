/** Connects a page with the boxes of its person: through the worker that all pages share, or where there is none by itself. */
import type { Inbox, ToSource } from "./messages";
import { Source } from "./source";

/** Listen, from when the page is shown until it goes away; returns how to ask for certainty. */
export function connect(person: string, pollSeconds: number, listen: (inbox: Inbox) => void): () => void {
  const ours = (inbox: Inbox) => {
    if (inbox.person === person) {
      listen(inbox);
    }
  };
  return typeof SharedWorker === "undefined" ? alone(pollSeconds, ours) : shared(person, pollSeconds, ours);
}

function shared(person: string, pollSeconds: number, listen: (inbox: Inbox) => void): () => void {
  const worker = new SharedWorker(new URL("./worker.ts", import.meta.url), { type: "module", name: "banjie" });
  const say = (message: ToSource) => worker.port.postMessage(message);
  worker.port.addEventListener("message", ({ data }: MessageEvent<Inbox>) => listen(data));
  worker.port.start();
  whileShown(
    () => say({ hello: person, pollSeconds }),
    () => say({ bye: true }),
  );
  return () => say({ check: true });
}

function alone(pollSeconds: number, listen: (inbox: Inbox) => void): () => void {
  const source = new Source(pollSeconds, listen);
  whileShown(
    () => source.start(),
    () => source.stop(),
  );
  return () => void source.check();
}

/** A page that is kept for the way back is neither gone nor there: it says goodbye and comes again. */
function whileShown(come: () => void, go: () => void): void {
  come();
  window.addEventListener("pagehide", go);
  window.addEventListener("pageshow", (event) => event.persisted && come());
}
