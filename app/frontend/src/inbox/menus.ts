/** A menu that lies over the page closes by Escape, and when somebody goes on elsewhere. */
export function closeMenus(root: Document): void {
  const menus = [...root.querySelectorAll<HTMLDetailsElement>("details[data-menu]")];
  root.addEventListener("keydown", (event) => {
    const open = menus.find((menu) => menu.open && menu.contains(event.target as Node));
    if (event.key === "Escape" && open) {
      open.open = false;
      open.querySelector("summary")?.focus();
    }
  });
  for (const happening of ["click", "focusin"] as const) {
    root.addEventListener(happening, (event) => {
      for (const menu of menus) {
        if (!menu.contains(event.target as Node)) {
          menu.open = false;
        }
      }
    });
  }
}
