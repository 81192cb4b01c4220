// Some packages record their version in what they write; after a version bump their constant follows package.json.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";

for (const name of readdirSync("packages")) {
  const file = `packages/${name}/src/version.ts`;
  if (!existsSync(file)) continue;
  const { version } = JSON.parse(readFileSync(`packages/${name}/package.json`, "utf8"));
  writeFileSync(file, readFileSync(file, "utf8").replace(/version = ".*"/, `version = "${version}"`));
}
