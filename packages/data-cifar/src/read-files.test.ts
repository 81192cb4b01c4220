import { describe, expect, it } from "vitest";
import { cifar10Files } from "../test/files.js";
import { serve } from "../test/server.js";
import { cifar10 } from "./index.js";
import { readFiles } from "./read-files.js";
import type { ReadRequest } from "./read-request.js";

const files = cifar10Files();

/** Serves the files below a path, and what `otherwise` says for all else. */
function serveFiles(below: string, otherwise: { status: number; type: string }, without?: string) {
  return serve((request, response) => {
    const name = request.url!.startsWith(below) ? request.url!.slice(below.length) : "";
    if (name in files && name !== without) response.end(files[name]);
    else response.writeHead(otherwise.status, { "content-type": otherwise.type }).end("<html></html>");
  });
}

const request = (root: string): ReadRequest => ({
  who: "test",
  root,
  names: ["data_batch_1.bin", "data_batch_2.bin"],
  archive: { url: "https://example.org/cifar-10-binary.tar.gz", md5: "", folder: "cifar-10-batches-bin" },
  download: false,
});

// What a browser runs; Node runs it too where root is a URL.
describe("reading by fetch", () => {
  it.each([
    ["in the archive's folder", "/data/cifar-10-batches-bin/"],
    ["at root itself", "/data/"],
  ])("finds files %s", async (_, below) => {
    const url = await serveFiles(below, { status: 404, type: "text/plain" });
    for (const root of [`${url}/data`, `${url}/data/`]) {
      const read = await readFiles(request(root));
      expect(read.map(({ path }) => path)).toEqual([
        `${url}${below}data_batch_1.bin`,
        `${url}${below}data_batch_2.bin`,
      ]);
      expect(read[1].bytes).toEqual(new Uint8Array(files["data_batch_2.bin"]));
    }
  });

  it("is what cifar10 does in Node with a URL", async () => {
    const url = await serveFiles("/", { status: 404, type: "text/plain" });
    const open = await cifar10({ root: url }).open("test");
    expect(open.labels).toEqual(Int32Array.of(7, 7, 2));
  });

  it("takes a page in place of a file for no file, as servers of one-page apps send it", async () => {
    const url = await serveFiles("/data/", { status: 200, type: "text/html; charset=utf-8" });
    expect(await readFiles(request(`${url}/data`))).toHaveLength(2);
    await expect(readFiles(request(`${url}/elsewhere`))).rejects.toThrow(
      `test: there is no data_batch_1.bin at ${url}/elsewhere or ${url}/elsewhere/cifar-10-batches-bin`,
    );
  });

  it("names a file that is missing", async () => {
    const url = await serveFiles("/", { status: 404, type: "text/plain" }, "data_batch_2.bin");
    await expect(readFiles(request(url))).rejects.toThrow(
      `test: there is no ${url}/data_batch_2.bin. It takes data_batch_1.bin, data_batch_2.bin, ` +
        "from cifar-10-binary.tar.gz on https://www.cs.toronto.edu/~kriz/cifar.html; serve them all",
    );
  });

  it("says what the server answered, or that there is none", async () => {
    const url = await serveFiles("/nothing", { status: 500, type: "text/plain" });
    await expect(readFiles(request(url))).rejects.toThrow(/could not fetch .*: the server answered 500/);
    await expect(readFiles(request("http://127.0.0.1:1"))).rejects.toThrow(
      "could not fetch http://127.0.0.1:1/",
    );
  });

  it("can't download", async () => {
    await expect(readFiles({ ...request("data"), download: true })).rejects.toThrow(
      'test: download: true needs a folder to download into, which only Node has, got "data"',
    );
  });
});
