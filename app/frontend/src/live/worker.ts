/** One stream for all pages of a browser: a browser opens only a few connections to a site, and pages stay open all day. */
import type { Inbox, ToSource } from "./messages";
import { Source } from "./source";

const pages = new Set<MessagePort>();
let person = "";
let source: Source | undefined;

function tell(inbox: Inbox): void {
  for (const page of pages) {
    page.postMessage(inbox);
  }
}

/** Begin anew for whoever is signed in now; pages of somebody else do not listen to it. */
function greet(page: MessagePort, who: string, pollSeconds: number): void {
  pages.add(page);
  if (who !== person || source === undefined || source.over) {
    source?.stop();
    person = who;
    source = new Source(pollSeconds, tell);
    source.start();
  } else if (source.last) {
    page.postMessage(source.last);
  }
}

addEventListener("connect", (event) => {
  const [page] = (event as MessageEvent).ports;
  page?.addEventListener("message", ({ data }: MessageEvent<ToSource>) => {
    if ("hello" in data) {
      greet(page, data.hello, data.pollSeconds);
    } else if ("check" in data) {
      void source?.check();
    } else {
      pages.delete(page);
      if (pages.size === 0) {
        source?.stop();
        source = undefined;
      }
    }
  });
  page?.start();
});
