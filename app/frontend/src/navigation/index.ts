/** On narrow screens the navigation opens by its button, and closes by it or by Escape. */
export function openNavigation(root: Document): void {
  const button = root.querySelector<HTMLButtonElement>("[data-navigation-button]");
  const navigation = root.getElementById("navigation");
  if (!button || !navigation) {
    return;
  }
  const set = (open: boolean) => {
    navigation.classList.toggle("is-open", open);
    button.setAttribute("aria-expanded", String(open));
  };
  button.addEventListener("click", () => set(!navigation.classList.contains("is-open")));
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && navigation.classList.contains("is-open")) {
      set(false);
      button.focus();
    }
  });
}
