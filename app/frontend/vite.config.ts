import { defineConfig, type Plugin } from "vite";

/** dmn-js builds its pieces of HTML by our function, which sets their styles as the content security policy allows. */
const stylesByScript: Plugin = {
  name: "styles-by-script",
  enforce: "pre",
  resolveId(source, importer) {
    const isOfTables = source === "min-dom" && importer?.includes("/node_modules/dmn-js-");
    return isOfTables ? decodeURIComponent(new URL("src/rule_studio/dom.ts", import.meta.url).pathname) : null;
  },
};
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
  plugins: [stylesByScript, inlineStylesAsData()],
  // form-js has an empty palette with a preact newer than 10.15.1: package.json pins that one for it, and what else wants
  // a newer one brings its own
  build: {
    outDir: "../static/build",
    emptyOutDir: true,
    manifest: true,
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: [
        "src/pages.ts",
        "src/diagram.ts",
        "src/print.ts",
        "src/replay.ts",
        "src/compare.ts",
        "src/heat.ts",
        "src/form_studio.ts",
        "src/rule_studio.ts",
        "src/studio.ts",
      ],
    },
  },
});
