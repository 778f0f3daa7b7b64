/**
 * What the token simulation, the panel and some icons write as HTML with `style="…"`. The page's policy allows no inline style, so the
 * build writes `data-style` there (vite.config.ts), and here it is set by script, which is allowed. Its English is replaced too.
 */
import { translate } from "./translation";

const TITLES = ["title", "aria-label"];

export function watchHtmlOfLibraries(root: HTMLElement): void {
  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const added of change.addedNodes) {
        adapt(added);
      }
      if (change.type === "characterData") {
        adapt(change.target);
      }
    }
  }).observe(root, { childList: true, subtree: true, characterData: true });
  adapt(root);
}

function adapt(node: Node): void {
  if (node instanceof Element) {
    for (const styled of [node, ...node.querySelectorAll("[data-style]")]) {
      if (styled instanceof HTMLElement || styled instanceof SVGElement) {
        styled.style.cssText += styled.dataset.style ?? "";
        delete styled.dataset.style;
      }
    }
    if (node.closest("svg, .bio-properties-panel")) {
      return;
    }
    for (const titled of [node, ...node.querySelectorAll("[title], [aria-label]")]) {
      for (const name of TITLES) {
        const text = titled.getAttribute(name);
        if (text) {
          titled.setAttribute(name, inChinese(text));
        }
      }
    }
    const texts = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      adapt(texts.currentNode);
    }
  } else if (node instanceof Text && node.parentElement?.closest("[class*='bts-']")) {
    const text = node.data.trim();
    const translated = inChinese(text);
    if (translated !== text) {
      node.data = node.data.replace(text, translated);
    }
  }
}

function inChinese(text: string): string {
  const speed = /^Set animation speed = (\w+)$/.exec(text);
  return speed ? translate("Set animation speed = {speed}", { speed: translate(speed[1] ?? "") }) : translate(text);
}
