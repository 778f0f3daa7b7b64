/**
 * People are mentioned in a comment by `@` and a part of their name: the arrow keys choose, Enter or Tab takes, Escape
 * closes. The server finds the mentioned in the text; the usernames sent beside it only tell namesakes apart.
 */
interface Person {
  username: string;
  name: string;
  unit: string;
}

const BEHIND_AT = /@([^\s@，。；：、！？,.;:!?]{0,20})$/u;

export function mentionPeople(root: ParentNode): void {
  for (const field of root.querySelectorAll<HTMLTextAreaElement>("textarea[data-mentions]")) {
    const list = field.parentElement?.querySelector<HTMLUListElement>("[role=listbox]");
    const status = field.parentElement?.querySelector<HTMLElement>("[data-mentions-status]");
    if (list && status) {
      new Mentions(field, list, status);
    }
  }
}

class Mentions {
  private people: Person[] = [];
  private chosen = 0;
  private asked = 0;

  constructor(
    private readonly field: HTMLTextAreaElement,
    private readonly list: HTMLUListElement,
    private readonly status: HTMLElement,
  ) {
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", list.id);
    field.setAttribute("aria-haspopup", "listbox");
    field.addEventListener("input", () => void this.look());
    field.addEventListener("keydown", (event) => this.key(event));
    field.addEventListener("blur", () => this.close());
  }

  private async look(): Promise<void> {
    const typed = BEHIND_AT.exec(this.field.value.slice(0, this.field.selectionStart));
    const asked = ++this.asked;
    if (!typed) {
      this.close();
      return;
    }
    const people = await this.find(typed[1] ?? "");
    if (asked === this.asked) {
      this.show(people);
    }
  }

  private async find(part: string): Promise<Person[]> {
    try {
      const answer = await fetch(`${this.field.dataset.mentions}?q=${encodeURIComponent(part)}`);
      return answer.ok ? ((await answer.json()) as Person[]) : [];
    } catch {
      return []; // a name that is typed in full is found by the server all the same
    }
  }

  private show(people: Person[]): void {
    this.people = people;
    this.chosen = 0;
    this.list.replaceChildren(...people.map((person, index) => this.option(person, index)));
    this.list.hidden = people.length === 0;
    this.status.textContent = `${people.length} ${this.field.dataset.found ?? ""}`;
    this.mark();
  }

  private option(person: Person, index: number): HTMLLIElement {
    const option = this.list.ownerDocument.createElement("li");
    option.id = `${this.list.id}-${index}`;
    option.setAttribute("role", "option");
    option.textContent = [person.name, person.unit].filter(Boolean).join(" · ");
    option.addEventListener("mousedown", (event) => {
      event.preventDefault(); // the field keeps the focus
      this.take(index);
    });
    return option;
  }

  private mark(): void {
    [...this.list.children].forEach((option, index) => {
      option.setAttribute("aria-selected", String(index === this.chosen));
    });
    if (this.list.hidden) {
      this.field.removeAttribute("aria-activedescendant");
    } else {
      this.field.setAttribute("aria-activedescendant", `${this.list.id}-${this.chosen}`);
    }
  }

  private key(event: KeyboardEvent): void {
    if (this.list.hidden || event.isComposing) {
      return;
    }
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };
    const step = steps[event.key];
    if (step !== undefined) {
      this.chosen = (this.chosen + step + this.people.length) % this.people.length;
      this.mark();
    } else if (event.key === "Enter" || event.key === "Tab") {
      this.take(this.chosen);
    } else if (event.key === "Escape") {
      this.close();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  private take(index: number): void {
    const person = this.people[index];
    const caret = this.field.selectionStart;
    const before = this.field.value.slice(0, caret).replace(BEHIND_AT, "");
    if (!person) {
      return;
    }
    const named = `${before}@${person.name} `;
    this.field.value = named + this.field.value.slice(caret);
    this.field.setSelectionRange(named.length, named.length);
    this.send(person.username);
    this.close();
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  private send(username: string): void {
    const hidden = this.field.ownerDocument.createElement("input");
    hidden.type = "hidden";
    hidden.name = "mentions";
    hidden.value = username;
    this.field.form?.append(hidden);
  }

  private close(): void {
    this.asked += 1;
    this.people = [];
    this.list.hidden = true;
    this.list.replaceChildren();
    this.status.textContent = "";
    this.mark();
  }
}
