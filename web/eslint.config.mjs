// What a script must not do. A promise that nobody waits for is an error.
// Whatever differs from the strict set says why.
import tseslint from "typescript-eslint";

export default tseslint.config(
  { linterOptions: { reportUnusedDisableDirectives: "error", reportUnusedInlineConfigs: "error" } },
  {
    files: ["src/**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { project: "tsconfig.test.json", tsconfigRootDir: import.meta.dirname } },
    rules: {
      // noUncheckedIndexedAccess makes every index and every query of the page "or undefined". The line before
      // often shows that it is there; a guard after it would be code that nothing reaches.
      "@typescript-eslint/no-non-null-assertion": "off",
      // An arrow may be the call that it makes, and "return say(…)" leaves a function that returns nothing.
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true }],
      // Code points are what is counted and shown: [...text] takes a text apart into these.
      "@typescript-eslint/no-misused-spread": ["error", { allow: [{ from: "lib", name: "string" }] }],
      // A number in a text is written as String does.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // What begins with _ is left out on purpose: of an object, its other members are wanted.
      "@typescript-eslint/no-unused-vars": ["error", { varsIgnorePattern: "^_", argsIgnorePattern: "^_" }],
    },
  },
  {
    files: ["src/**/*.test.ts"],
    rules: {
      // The runner waits for its tests.
      "@typescript-eslint/no-floating-promises": ["error", { allowForKnownSafeCalls: [{ from: "package", package: "node:test", name: "test" }] }],
    },
  },
);
