/**
 * min-dom for dmn-js, whose pieces of HTML carry style attributes, that of the bpmn.io mark among them.
 *
 * Our content security policy takes no style from HTML, whoever writes it; set by a script, as here, the same style is allowed.
 */
import { domify as parse } from "min-dom";

export * from "min-dom";

export function domify(html: string, owner?: Document): Node {
  const found = parse(html.replace(/(<[^>]*?\s)style=/g, "$1data-style="), owner) as Node;
  const elements = found instanceof Element ? [found, ...found.querySelectorAll("*")] : [];
  for (const element of elements) {
    const style = element.getAttribute("data-style");
    if (style !== null && (element instanceof HTMLElement || element instanceof SVGElement)) {
      element.removeAttribute("data-style");
      element.style.cssText = style;
    }
  }
  return found;
}
