/** Sends one file, tells how much of it has gone, and can be stopped; `fetch` tells nothing on the way. */
export type Outcome = { id: string; name: string } | { error: string };

export interface Sending {
  done: Promise<Outcome>;
  abort: () => void;
}

export function send(file: File, progress: (share: number) => void): Sending {
  const request = new XMLHttpRequest();
  const body = new FormData();
  body.append("file", file);
  const done = new Promise<Outcome>((resolve) => {
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) {
        progress(event.loaded / event.total);
      }
    });
    request.addEventListener("load", () => resolve(answer(request)));
    request.addEventListener("error", () => resolve({ error: "" }));
    request.addEventListener("timeout", () => resolve({ error: "" }));
    request.addEventListener("abort", () => resolve({ error: "aborted" }));
  });
  request.open("POST", "/attachments");
  request.setRequestHeader("Accept", "application/json");
  request.setRequestHeader("X-CSRFToken", document.querySelector<HTMLMetaElement>("meta[name=csrf-token]")?.content ?? "");
  request.send(body);
  return { done, abort: () => request.abort() };
}

/** What the server said; a page instead of JSON (somebody has to sign in again) counts as no answer. */
function answer(request: XMLHttpRequest): Outcome {
  try {
    const said = JSON.parse(request.responseText);
    return request.status === 201 ? { id: said.id, name: said.name } : { error: String(said.detail ?? "") };
  } catch {
    return { error: "" };
  }
}
