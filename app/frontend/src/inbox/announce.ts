/** Says something to those who do not see it happen. */
export function announce(text: string): void {
  const place = document.querySelector<HTMLElement>("[data-announce]");
  if (place) {
    place.textContent = text;
  }
}
