import { defineConfig } from "vite";

export default defineConfig({
  base: "/static/build/",
  worker: { format: "es" },
  build: {
    outDir: "../static/build",
    emptyOutDir: true,
    manifest: true,
    assetsInlineLimit: 0,
    rolldownOptions: { input: ["src/pages.ts", "src/diagram.ts", "src/print.ts", "src/compare.ts"] },
  },
});
