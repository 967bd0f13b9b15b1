import { defineConfig } from "vite";

const entry = (name: string) => `src/entries/${name}.ts`;

export default defineConfig({
  base: "/static/",
  publicDir: "public",
  css: { transformer: "lightningcss" },
  build: {
    manifest: true,
    outDir: "dist",
    target: ["chrome107", "edge107", "firefox104", "safari16"],
    cssTarget: ["chrome107", "edge107", "firefox104", "safari16"],
    assetsInlineLimit: 0,
    modulePreload: false,
    rolldownOptions: {
      input: [entry("customer"), entry("staff"), entry("docs"), entry("source"), entry("widget")],
    },
  },
});
