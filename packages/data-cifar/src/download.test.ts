import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { packTar } from "modern-tar/fs";
import { describe, expect, it } from "vitest";
import { cifar10Files, temporaryFolder, writeFiles } from "../test/files.js";
import { serve } from "../test/server.js";
import { download } from "./download.node.js";
import { cifar10 } from "./index.js";
import type { DownloadProgress } from "./read-request.js";

const folder = "cifar-10-batches-bin";

async function packed(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const sources = Object.entries(cifar10Files()).map(([name, content]) => ({
    type: "content" as const,
    content,
    target: `${folder}/${name}`,
  }));
  for await (const chunk of packTar(sources)) chunks.push(chunk);
  return gzipSync(Buffer.concat(chunks));
}

/** What a failed download has left in root. */
const left = (root: string) => readdir(root).catch(() => "nothing");
const md5Of = (bytes: Uint8Array) => createHash("md5").update(bytes).digest("hex");

describe("download", () => {
  it("unpacks the archive into root, says how far it is, and is done once for two callers", async () => {
    const archive = await packed();
    let requests = 0;
    const url = await serve((_, response) => {
      requests++;
      response.setHeader("content-length", archive.length).end(archive);
    });
    const root = join(await temporaryFolder(), "a", "b");
    const progress: DownloadProgress[] = [];
    const request = {
      who: "test",
      root,
      archive: { url, md5: md5Of(archive), folder },
      onProgress: (now: DownloadProgress) => progress.push(now),
    };
    await Promise.all([download(request), download(request)]);
    expect(requests).toBe(1);
    expect(progress.at(-1)).toEqual({ received: archive.length, total: archive.length });
    expect(await readdir(root)).toEqual([folder]);
    for (const [name, bytes] of Object.entries(cifar10Files())) {
      expect(new Uint8Array(await readFile(join(root, folder, name)))).toEqual(new Uint8Array(bytes));
    }
    const open = await cifar10({ root, download: true, url: "http://127.0.0.1:1/unused" }).open("train");
    expect(open.size).toBe(20);
  });

  it("mends a folder that lacks files", async () => {
    const archive = await packed();
    const url = await serve((_, response) => response.end(archive));
    const root = await temporaryFolder();
    const { "data_batch_2.bin": _, ...others } = cifar10Files();
    await writeFiles(join(root, folder), others);
    await download({ who: "test", root, archive: { url, md5: md5Of(archive), folder } });
    expect((await readdir(join(root, folder))).sort()).toEqual(Object.keys(cifar10Files()).sort());
    expect(await readdir(root)).toEqual([folder]);
  });

  describe.each([
    ["a folder that is there", ""],
    ["a folder that it makes", "new"],
  ])("into %s", (_, inner) => {
    const root = async () => join(await temporaryFolder(), inner);
    const nothing = inner === "" ? [] : "nothing";

    it("refuses an archive with another checksum, and leaves nothing", async () => {
      const archive = await packed();
      const url = await serve((_, response) => response.end(archive));
      const at = await root();
      await expect(cifar10({ root: at, download: true, url }).open("train")).rejects.toThrow(
        `dataset "cifar10": ${url} must have the MD5 checksum c32a1d4ab5d03f1284b67883e8d87530, ` +
          `got "${md5Of(archive)}". Try again, or download and unpack it by hand`,
      );
      expect(await left(at)).toEqual(nothing);
    });

    it("says what the server answered, and leaves nothing", async () => {
      const url = await serve((_, response) => response.writeHead(503).end());
      const at = await root();
      await expect(cifar10({ root: at, download: true, url }).open("train")).rejects.toThrow(
        `could not download ${url}: the server answered 503`,
      );
      expect(await left(at)).toEqual(nothing);
    });

    it("says that the server can't be reached, and leaves nothing", async () => {
      const at = await root();
      const url = "http://127.0.0.1:1/cifar-10-binary.tar.gz";
      await expect(cifar10({ root: at, download: true, url }).open("train")).rejects.toThrow(
        /could not download http:\/\/127\.0\.0\.1:1\/cifar-10-binary\.tar\.gz: fetch failed \(.+\)\. Try again/,
      );
      expect(await left(at)).toEqual(nothing);
    });

    it("says that the connection broke, and leaves nothing", async () => {
      const url = await serve((_, response) => {
        response.setHeader("content-length", 1e6).write(new Uint8Array(1000), () => {
          setTimeout(() => response.destroy(), 50);
        });
      });
      const at = await root();
      await expect(cifar10({ root: at, download: true, url }).open("train")).rejects.toThrow(
        `could not download ${url}, after 1000 bytes: terminated`,
      );
      expect(await left(at)).toEqual(nothing);
    });

    it("refuses an archive that is no archive, and leaves nothing", async () => {
      const archive = new TextEncoder().encode("not packed at all");
      const url = await serve((_, response) => response.end(archive));
      const at = await root();
      const request = { who: "test", root: at, archive: { url, md5: md5Of(archive), folder } };
      await expect(download(request)).rejects.toThrow(
        /^test: could not unpack .* into .*: incorrect header check$/,
      );
      expect(await left(at)).toEqual(nothing);
    });
  });
});
