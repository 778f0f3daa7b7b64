/** The notice that something was handed in stays for some seconds; while it is pointed at or has the focus, it stays on. */
export function offerUndo(root: Document): void {
  for (const notice of root.querySelectorAll<HTMLElement>("[data-undo]")) {
    const end = countDown(notice, () => notice.remove());
    notice.querySelector("[data-undo-close]")?.addEventListener("click", end);
  }
}

/** Wait for as many seconds as a notice says; returns what ends it before. */
export function countDown(notice: HTMLElement, over: () => void): () => void {
  let left = Number(notice.dataset.undo);
  const held = () => notice.matches(":hover") || notice.contains(document.activeElement);
  const timer = setInterval(() => {
    left -= held() ? 0 : 1;
    if (left <= 0) {
      end();
    }
  }, 1000);
  const end = () => {
    clearInterval(timer);
    over();
  };
  return end;
}
