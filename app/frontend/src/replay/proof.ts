/** Whether the case executes again as its history tells it: asked for once the page is there, so that nobody waits for it. */

export async function prove(place: HTMLElement): Promise<void> {
  place.querySelector<HTMLElement>("[data-proving]")?.removeAttribute("hidden");
  try {
    const response = await fetch(place.dataset.proof ?? "", { headers: { "X-Requested-With": "fetch" } });
    if (!response.ok) {
      throw new Error(String(response.status));
    }
    place.innerHTML = await response.text();
  } catch {
    place.textContent = place.dataset.failed ?? "";
  }
}
