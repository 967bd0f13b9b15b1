// Writes the lucide icons that Jinja templates name into one sprite: public/icons.svg.
// A template names one as icon("headset"); icons for TypeScript are imported by name instead.
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { icons } from "lucide";

const root = new URL("..", import.meta.url).pathname;
const CALL = /\bicon\(\s*["']([a-z0-9-]+)["']/g;
// Icons whose names are data (a file type, a navigation row) are listed with their words in a template comment:
// {# icons: file-text, table #}
const LISTED = /\{#\s*icons:([a-z0-9,\s-]+)#\}/g;

async function* templates(folder) {
  for (const found of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, found.name);
    if (found.isDirectory()) yield* templates(path);
    else if (found.name.endsWith(".html")) yield path;
  }
}

const names = new Set();
for await (const path of templates(join(root, "templates"))) {
  const html = await readFile(path, "utf8");
  for (const [, name] of html.matchAll(CALL)) names.add(name);
  for (const [, list] of html.matchAll(LISTED)) for (const name of list.split(",")) names.add(name.trim());
}

const camel = (name) => name.replace(/(^|-)([a-z0-9])/g, (_, __, letter) => letter.toUpperCase());
const attributes = (values) =>
  Object.entries(values)
    .map(([key, value]) => `${key}="${value}"`)
    .join(" ");

const symbols = [...names].sort().map((name) => {
  const parts = icons[camel(name)];
  if (!parts) throw new Error(`lucide has no icon called ${name}`);
  const drawn = parts.map(([tag, values]) => `<${tag} ${attributes(values)}/>`).join("");
  return `<symbol id="${name}" viewBox="0 0 24 24">${drawn}</symbol>`;
});

await mkdir(join(root, "public"), { recursive: true });
await writeFile(
  join(root, "public/icons.svg"),
  `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`,
);
