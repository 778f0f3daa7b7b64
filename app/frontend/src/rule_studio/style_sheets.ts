/**
 * Lets the small code editor in a cell of a table have its look under our content security policy.
 *
 * It writes its rules into a style element of the page, which the policy forbids for good reason. The same rules in a constructed
 * style sheet come from our own script and are allowed.
 */
import { StyleModule } from "style-mod";

interface Rules {
  rules?: string[];
  getRules(): string;
}

export function useConstructedSheets(): void {
  const mounted = new Set<Rules>();
  StyleModule.mount = (_root, modules) => {
    for (const one of (Array.isArray(modules) ? modules : [modules]) as unknown as Rules[]) {
      if (!mounted.has(one)) {
        mounted.add(one);
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(one.getRules());
        document.adoptedStyleSheets.push(sheet);
      }
    }
  };
}
