import { describe, expect, it } from "vitest";
import { gunzipSync, gzipSync } from "node:zlib";
import { serve } from "../../test/server.js";
import { temporaryFolder, writeFiles } from "../../test/temporary.js";
import { readFiles } from "./read-files.js";
import { readFiles as readFilesInNode } from "./read-files.node.js";
import type { FilesRequest } from "./request.js";

const files: Record<string, Uint8Array> = {
  "one.bin": new TextEncoder().encode("the first"),
  "two.bin.gz": gzipSync("the second"),
};

/** Serves the files below a path, and what `otherwise` says for all else. */
function serveFiles(below: string, otherwise: { status: number; type: string }, without?: string) {
  return serve((request, response) => {
    const name = request.url!.startsWith(below) ? request.url!.slice(below.length) : "";
    if (name in files && name !== without) response.end(files[name]);
    else response.writeHead(otherwise.status, { "content-type": otherwise.type }).end("<html></html>");
  });
}

const request = (root: string): FilesRequest => ({
  who: "test",
  root,
  folder: "batches",
  names: [["one.bin"], ["two.bin", "two.bin.gz"]],
  origin: "all.tar.gz on https://example.org",
});

// What a browser runs; Node runs it too where root is a URL.
describe("reading by fetch", () => {
  it.each([
    ["in the archive's folder", "/data/batches/"],
    ["at root itself", "/data/"],
  ])("finds files %s", async (_, below) => {
    const url = await serveFiles(below, { status: 404, type: "text/plain" });
    for (const root of [`${url}/data`, `${url}/data/`]) {
      const read = await readFiles(request(root));
      expect(read.map(({ path }) => path)).toEqual([`${url}${below}one.bin`, `${url}${below}two.bin.gz`]);
      expect(gunzipSync(read[1].bytes).toString()).toBe("the second");
    }
  });

  it("is what Node does with a URL", async () => {
    const url = await serveFiles("/", { status: 404, type: "text/plain" });
    const read = await readFilesInNode(request(url));
    expect(new TextDecoder().decode(read[0].bytes)).toBe("the first");
  });

  it("takes a page in place of a file for no file, as servers of one-page apps send it", async () => {
    const url = await serveFiles("/data/", { status: 200, type: "text/html; charset=utf-8" });
    expect(await readFiles(request(`${url}/data`))).toHaveLength(2);
    await expect(readFiles(request(`${url}/elsewhere`))).rejects.toThrow(
      `test: there is no one.bin at ${url}/elsewhere or ${url}/elsewhere/batches`,
    );
  });

  it("names a file that is missing", async () => {
    const url = await serveFiles("/", { status: 404, type: "text/plain" }, "two.bin.gz");
    await expect(readFiles(request(url))).rejects.toThrow(
      `test: there is no ${url}/two.bin. It takes one.bin, two.bin, from all.tar.gz on https://example.org; serve them all`,
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
    await expect(
      readFiles({ ...request("data"), download: { kind: "archive", url: "", md5: "" } }),
    ).rejects.toThrow(
      'test: download: true needs a folder to download into, which only Node has, got "data"',
    );
  });
});

describe("reading in Node", () => {
  it.each(["", "batches"])("takes files under any of their names, from root/%s", async (folder) => {
    const root = await temporaryFolder();
    await writeFiles(`${root}/${folder}`, files);
    const read = await readFilesInNode(request(root));
    expect(read.map(({ path }) => path.slice(path.lastIndexOf("/") + 1))).toEqual(["one.bin", "two.bin.gz"]);
  });

  it("names what is missing, and where it comes from", async () => {
    const root = await writeFiles(await temporaryFolder(), { "one.bin": "" });
    await expect(readFilesInNode({ ...request(root), downloadable: true })).rejects.toThrow(
      `test: there is no ${root}/two.bin. It takes one.bin, two.bin, from all.tar.gz on https://example.org; ` +
        "put them there, or set download: true",
    );
    await expect(readFilesInNode({ ...request(root), origin: undefined })).rejects.toThrow(
      "It takes one.bin, two.bin; put them there",
    );
  });
});
