import { defineConfig, type Plugin } from "vite";

/** Libraries that write `style="…"` into HTML: the page's policy refuses that, `src/studio/inline_styles.ts` sets it instead. */
const WITH_INLINE_STYLES = /bpmn-js-token-simulation\/lib\/|bpmn-js-properties-panel\/dist\/|bpmn-js\/lib\/features\/(align|distribute)-elements\/.*Icons/;

function inlineStylesAsData(): Plugin {
  return {
    name: "inline-styles-as-data",
    transform: (code, id) => (WITH_INLINE_STYLES.test(id) ? code.replaceAll(/\bstyle="/g, 'data-style="') : null),
  };
}

export default defineConfig({
  base: "/static/build/",
  worker: { format: "es" },
  plugins: [inlineStylesAsData()],
  build: {
    outDir: "../static/build",
    emptyOutDir: true,
    manifest: true,
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: ["src/pages.ts", "src/diagram.ts", "src/print.ts", "src/compare.ts", "src/studio.ts"],
    },
  },
});
