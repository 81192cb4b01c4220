import { cpus, totalmem } from "node:os";
import { type Backend, ContrastiveError, resolvePlugin } from "@contrastive/core";
import { defineCommand } from "citty";
import { backendPackage, knownBackends } from "../auto-backend.js";
import { commonFlags } from "../command-line.js";
import { findEngines } from "../engines.js";
import { createPluginLoader, type FolderLoader } from "../plugin-loader.js";
import { version } from "../version.js";

interface Finding {
  readonly ok: boolean;
  readonly text: string;
}

export const doctorCommand = defineCommand({
  args: commonFlags,
  async run() {
    const loader = createPluginLoader([process.cwd()]);
    const { node } = process.versions;
    const memory = (totalmem() / 2 ** 30).toFixed(0);
    console.log(
      `contrastive ${version} on ${process.platform} ${process.arch}, ${cpus().length} cores, ${memory} GiB\n`,
    );
    show({ ok: Number.parseInt(node, 10) >= 20, text: `Node ${node} (20 or newer is needed)` });
    const engine = examineEngine(loader);
    show(engine);
    const backends: Finding[] = [];
    for (const name of knownBackends(loader)) backends.push(await examineBackend(name, loader));
    backends.forEach(show);
    if (!engine.ok || !backends.some(({ ok }) => ok)) {
      throw new ContrastiveError({
        who: "contrastive doctor",
        what: engine.ok ? "no backend works here" : "training does not work here",
        fix: "What to do stands above, beside each ✗",
      });
    }
  },
});

function show({ ok, text }: Finding): void {
  console.log(`${ok ? "✓" : "✗"} ${text}`);
}

function examineEngine(loader: FolderLoader): Finding {
  const engines = findEngines(loader);
  if (engines.length === 0) {
    return {
      ok: false,
      text: "tfjs: not installed. Run: npm install @tensorflow/tfjs @tensorflow/tfjs-core",
    };
  }
  if (engines.length === 1) return { ok: true, text: `tfjs ${engines[0].version}, one copy` };
  const copies = engines.map(
    ({ path, version: of, users }) => `\n    ${of} in ${path}, used by ${users.join(", ")}`,
  );
  return {
    ok: false,
    text: `tfjs: ${engines.length} copies, and there must be one. Run: npm dedupe${copies.join("")}`,
  };
}

async function examineBackend(name: string, loader: FolderLoader): Promise<Finding> {
  const from = backendPackage(loader, name);
  if (loader.locate(from) === undefined) {
    return { ok: false, text: `backend ${name}: not installed. Run: npm install ${from}` };
  }
  try {
    // What a reference to a backend resolves to.
    const backend = (await resolvePlugin("backend", name, loader)) as Backend;
    const available = await backend.isAvailable();
    if (!available.ok) return { ok: false, text: `backend ${name}: ${available.why}. ${available.fix}` };
    const { device } = await backend.init();
    return { ok: true, text: `backend ${name}: ${device}` };
  } catch (error) {
    return { ok: false, text: error instanceof Error ? error.message : String(error) };
  }
}
