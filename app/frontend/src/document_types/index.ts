/** 文种: once direction and intent are chosen, only the types that fit can be; the office's table comes with the page. */

interface Table {
  offered: Record<string, Record<string, string[]>>;
  every: Record<string, string[]>;
}

export function offerTypes(root: ParentNode): void {
  const given = root.querySelector<HTMLElement>("[data-offered-types]");
  const [direction, intent, type] = ["direction", "intent", "document_type"].map((key) =>
    root.querySelector<HTMLSelectElement>(`select#field-${key}`),
  );
  if (!given || !type || !direction) {
    return;
  }
  const table = JSON.parse(given.dataset.offeredTypes ?? "{}") as Table;
  const narrow = (): void => {
    const fitting = intent?.value
      ? (table.offered[direction.value]?.[intent.value] ?? [])
      : table.every[direction.value];
    for (const option of type.options) {
      const fits = !direction.value || !option.value || !fitting || fitting.includes(option.value);
      option.hidden = !fits && !option.selected; // what was chosen stays to be seen; the office says why it does not fit
      option.disabled = option.hidden;
    }
  };
  direction.addEventListener("change", narrow);
  intent?.addEventListener("change", narrow);
  narrow();
}
