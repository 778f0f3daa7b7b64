/**
 * Files are sent as soon as they are chosen; the form then carries only their ids. The list in the page is the truth:
 * removing a line takes the file out of the form.
 */
interface Uploaded {
  id: string;
  name: string;
}

export function attachFiles(root: ParentNode): void {
  for (const box of root.querySelectorAll<HTMLElement>("[data-attachments]")) {
    const input = box.querySelector<HTMLInputElement>("input[type=file]");
    const list = box.querySelector<HTMLUListElement>("ul");
    const status = box.querySelector<HTMLElement>("[role=status]");
    if (!input || !list || !status) {
      continue;
    }
    box.querySelector("[data-choose]")?.addEventListener("click", () => input.click());
    list.addEventListener("click", (event) => {
      const button = (event.target as HTMLElement).closest("button[data-remove]");
      if (button) {
        button.closest("li")?.remove();
        input.focus();
      }
    });
    input.addEventListener("change", async () => {
      const files = [...(input.files ?? [])];
      input.value = "";
      for (const file of files) {
        status.textContent = `${box.dataset.sending} ${file.name}`;
        status.classList.remove("text-danger");
        try {
          const uploaded = await upload(file);
          if (!input.multiple) {
            list.replaceChildren();
          }
          list.append(line(uploaded, box.dataset.name ?? "", box.dataset.remove ?? ""));
          status.textContent = "";
        } catch (error) {
          status.textContent = error instanceof Error ? error.message : String(error);
          status.classList.add("text-danger");
        }
      }
    });
  }
}

async function upload(file: File): Promise<Uploaded> {
  const body = new FormData();
  body.append("file", file);
  const token = document.querySelector<HTMLMetaElement>("meta[name=csrf-token]")?.content ?? "";
  const response = await fetch("/attachments", { method: "POST", body, headers: { "X-CSRFToken": token } });
  const answer = await response.json();
  if (!response.ok) {
    throw new Error(answer.detail);
  }
  return answer;
}

function line(uploaded: Uploaded, name: string, remove: string): HTMLLIElement {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = `/attachments/${uploaded.id}`;
  link.textContent = uploaded.name;
  const value = document.createElement("input");
  value.type = "hidden";
  value.name = name;
  value.value = uploaded.id;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-sm btn-ghost-danger";
  button.dataset.remove = "";
  button.textContent = remove;
  button.setAttribute("aria-label", `${remove} ${uploaded.name}`);
  item.append(link, value, button);
  return item;
}
