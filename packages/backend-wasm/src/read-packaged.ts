import { ContrastiveError } from "@contrastive/core";
import { readBinary } from "#platform";
import { sectionsOf } from "./module-sections.js";

/** "\0asm", with which a WebAssembly module begins. */
const MAGIC = 0x6d_73_61_00;

/** A module that the build has put into this package. Throws, with the cure, if it is not there or not whole. */
export async function readPackaged(url: URL): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const binary = await readBinary(url);
    // Some servers answer with a page where they have no such file.
    if (binary.length < 8 || new DataView(binary.buffer).getUint32(0, true) !== MAGIC) {
      throw new Error(`It is no WebAssembly module: it has ${binary.length} bytes.`);
    }
    // What is cut short would fail later, and far from here.
    sectionsOf(binary);
    return binary;
  } catch (cause) {
    throw new ContrastiveError({
      who: `backend "wasm"`,
      what: "a file of its compiled code can't be read",
      got: url.href,
      fix: 'In a checkout, build them with "npm run build"; in a browser, serve the file. See the README on bundlers',
      cause,
    });
  }
}
