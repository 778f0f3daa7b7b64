/**
 * Puts our words in place of a library's that speaks English alone and asks nobody for its texts.
 *
 * It looks at what the library draws and replaces texts that are exactly one of its own, also in titles and placeholders. What
 * people have written is left alone: it stands in labels and descriptions, which `not` names.
 */
const ATTRIBUTES = ["title", "placeholder", "aria-label"];

export function speak(root: HTMLElement, texts: Record<string, string>, not: string): void {
  const watch = { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ATTRIBUTES };
  const look = (node: Node): void => {
    if (node instanceof Text) {
      const said = texts[node.data.trim()];
      if (said !== undefined && said !== node.data.trim() && !node.parentElement?.closest(not)) {
        node.data = said;
      }
    } else if (node instanceof Element) {
      for (const name of ATTRIBUTES) {
        const said = texts[node.getAttribute(name) ?? ""];
        if (said !== undefined && said !== node.getAttribute(name)) {
          node.setAttribute(name, said);
        }
      }
      node.childNodes.forEach(look);
    }
  };
  new MutationObserver((changes) => {
    for (const change of changes) {
      look(change.target);
    }
  }).observe(root, watch);
  look(root);
}
