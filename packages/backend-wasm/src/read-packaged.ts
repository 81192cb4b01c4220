import { ContrastiveError } from "@contrastive/core";
import { readBinary } from "#platform";

/** A file that the build has put into this package. Throws, with the cure, if it is not there. */
export async function readPackaged(url: URL): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await readBinary(url);
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
