import js from "@eslint/js";
import { configs as lit } from "eslint-plugin-lit";
import { configs as wc } from "eslint-plugin-wc";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist", "node_modules", "public"] },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  lit["flat/recommended"],
  wc["flat/recommended"],
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ["eslint.config.js", "build/*.mjs"] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": [
        "error",
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      // Lit calls listeners of a template with the element as `this`.
      "@typescript-eslint/unbound-method": "off",
      "max-lines": ["error", 400],
    },
  },
  { files: ["**/*.js", "**/*.mjs"], ...tseslint.configs.disableTypeChecked },
  { files: ["**/*.mjs"], languageOptions: { globals: { URL: "readonly" } } },
  {
    files: ["src/**/*.ts"],
    ignores: ["src/shared/api.ts", "src/shared/live.ts", "src/**/*.test.ts"],
    rules: {
      "no-restricted-globals": [
        "error",
        { name: "fetch", message: "Ask through shared/api.ts, the only place that fetches." },
        { name: "EventSource", message: "Listen through shared/live.ts, the only place that reads streams." },
      ],
    },
  },
);
