import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";

// What users install: the tarballs, in a project that has never seen this repository.

const root = fileURLToPath(new URL("..", import.meta.url));
const packages = readdirSync(join(root, "packages")).sort();
const tfjs = "4.22.0";

let project: string;

beforeAll(() => {
  const unbuilt = packages.filter((name) => !existsSync(join(root, "packages", name, "dist/index.js")));
  if (unbuilt.length > 0) {
    throw new Error(`Nothing to pack in ${unbuilt.join(", ")}: run "npm run build" first`);
  }
  project = mkdtempSync(join(tmpdir(), "contrastive-pack-"));
  const tarballs = pack(join(project, "tarballs"));
  const manifest = {
    private: true,
    type: "module",
    dependencies: {
      ...tarballs,
      "@tensorflow/tfjs": tfjs,
      "@tensorflow/tfjs-backend-wasm": tfjs,
      "@tensorflow/tfjs-core": tfjs,
    },
  };
  writeFileSync(join(project, "package.json"), JSON.stringify(manifest));
  run("npm", ["install", "--prefix", project, "--prefer-offline", "--no-audit", "--no-fund"], project);
});

afterAll(() => {
  if (project !== undefined) rmSync(project, { recursive: true, force: true });
});

it("packs no tests, and installs one copy of each package and of tfjs", () => {
  const listed = readdirSync(join(project, "node_modules"), { recursive: true, encoding: "utf8" });
  const copies = listed.filter((path) =>
    /node_modules.*(@contrastive\/[^/]+|tfjs-core)$/.test(`node_modules/${path}`),
  );
  expect(copies.sort()).toEqual(
    [...packages.map((name) => `@contrastive/${name}`), "@tensorflow/tfjs-core"].sort(),
  );
  expect(listed.filter((path) => /^@contrastive\/.*\.test\./.test(path))).toEqual([]);
});

it("trains, and exports from every package what its sources export", async () => {
  copyFileSync(join(root, "scripts/fixtures/pack-program.mjs"), join(project, "program.mjs"));
  const printed = run(process.execPath, ["program.mjs"], project).trim().split("\n").at(-1)!;
  const { losses, exported } = JSON.parse(printed) as Printed;
  expect(losses).toHaveLength(2);
  expect(losses).toSatisfy((values: number[]) => values.every((value) => value > 0));
  for (const name of packages) {
    const source = (await import(join(root, "packages", name, "src/index.ts"))) as object;
    expect(exported[`@contrastive/${name}`], `@contrastive/${name}, as it was built`).toEqual(
      Object.keys(source).sort(),
    );
  }
});

interface Printed {
  readonly losses: readonly number[];
  readonly exported: Readonly<Record<string, readonly string[]>>;
}

/** Packs every package, and says where each one's tarball is, as npm takes it. */
function pack(folder: string): Readonly<Record<string, string>> {
  const args = ["--recursive", "--filter", "./packages/*", "pack", "--json", "--pack-destination", folder];
  const packed = JSON.parse(run(join(root, "node_modules/.bin/pnpm"), args, root)) as {
    readonly name: string;
    readonly filename: string;
  }[];
  return Object.fromEntries(packed.map(({ name, filename }) => [name, `file:${filename}`]));
}

function run(command: string, args: readonly string[], cwd: string): string {
  return execFileSync(command, args, { cwd, encoding: "utf8", stdio: "pipe" });
}
