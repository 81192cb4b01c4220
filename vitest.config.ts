import { defineConfig } from "vitest/config";

const conditions = ["@contrastive/source", "module", "node", "development|production"];

export default defineConfig({
  // Tests run against the sources: no build stands between an edit and its test.
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ["packages/*/{src,test}/**/*.test.ts", "examples/*/**/*.test.ts", "scripts/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**", ...(process.env.LONG ? [] : ["**/*.long.test.ts"])],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: "forks",
    reporters: ["default", "./scripts/closing-line.ts"],
  },
});
