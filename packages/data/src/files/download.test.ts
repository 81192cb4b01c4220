import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { packTar } from "modern-tar/fs";
import { describe, expect, it } from "vitest";
import { serve } from "../../test/server.js";
import { temporaryFolder, writeFiles } from "../../test/temporary.js";
import { download, type DownloadRequest } from "./download.node.js";
import type { DownloadProgress } from "./request.js";

const folder = "batches";
const files: Record<string, string> = { "one.bin": "the first", "two.bin": "the second", "three.bin": "" };

async function packed(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const sources = Object.entries(files).map(([name, content]) => ({
    type: "content" as const,
    content,
    target: `${folder}/${name}`,
  }));
  for await (const chunk of packTar(sources)) chunks.push(chunk);
  return gzipSync(Buffer.concat(chunks));
}

/** What a failed download has left in root. */
const left = (root: string) => readdir(root).catch(() => "nothing");
const md5Of = (bytes: Uint8Array | string) => createHash("md5").update(bytes).digest("hex");

const archiveRequest = (root: string, url: string, md5: string): DownloadRequest => ({
  who: "test",
  root,
  folder,
  origin: "all.tar.gz on https://example.org",
  source: { kind: "archive", url, md5 },
});

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
      ...archiveRequest(root, url, md5Of(archive)),
      onProgress: (now: DownloadProgress) => progress.push(now),
    };
    await Promise.all([download(request), download(request)]);
    expect(requests).toBe(1);
    expect(progress.at(-1)).toEqual({ received: archive.length, total: archive.length });
    expect(await readdir(root)).toEqual([folder]);
    for (const [name, content] of Object.entries(files)) {
      expect(await readFile(join(root, folder, name), "utf8")).toBe(content);
    }
  });

  it("fetches files one by one, each checked", async () => {
    const url = await serve((request, response) => response.end(files[request.url!.slice("/all/".length)]));
    const root = await temporaryFolder();
    const md5 = Object.fromEntries(Object.entries(files).map(([name, content]) => [name, md5Of(content)]));
    const request = {
      who: "test",
      root,
      folder: "",
      source: { kind: "files", url: `${url}/all/`, md5 },
    } as const;
    await download(request);
    expect((await readdir(root)).sort()).toEqual(Object.keys(files).sort());
    const wrong = {
      ...request,
      root: join(root, "wrong"),
      source: { ...request.source, md5: { ...md5, "two.bin": "0" } },
    };
    await expect(download(wrong)).rejects.toThrow(`${url}/all/two.bin must have the MD5 checksum 0, got "`);
    expect(await left(wrong.root)).toBe("nothing");
  });

  it("mends a folder that lacks files", async () => {
    const archive = await packed();
    const url = await serve((_, response) => response.end(archive));
    const root = await temporaryFolder();
    const { "two.bin": _, ...others } = files;
    await writeFiles(join(root, folder), others);
    await download(archiveRequest(root, url, md5Of(archive)));
    expect((await readdir(join(root, folder))).sort()).toEqual(Object.keys(files).sort());
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
      await expect(download(archiveRequest(at, url, "c32a"))).rejects.toThrow(
        `test: ${url} must have the MD5 checksum c32a, got "${md5Of(archive)}". ` +
          "Try again, or get it by hand: all.tar.gz on https://example.org",
      );
      expect(await left(at)).toEqual(nothing);
    });

    it("says what the server answered, and leaves nothing", async () => {
      const url = await serve((_, response) => response.writeHead(503).end());
      const at = await root();
      await expect(download(archiveRequest(at, url, "c32a"))).rejects.toThrow(
        `could not download ${url}: the server answered 503`,
      );
      expect(await left(at)).toEqual(nothing);
    });

    it("says that the server can't be reached, and leaves nothing", async () => {
      const at = await root();
      const url = "http://127.0.0.1:1/cifar-10-binary.tar.gz";
      await expect(download(archiveRequest(at, url, "c32a"))).rejects.toThrow(
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
      await expect(download(archiveRequest(at, url, "c32a"))).rejects.toThrow(
        `could not download ${url}, after 1000 bytes: terminated`,
      );
      expect(await left(at)).toEqual(nothing);
    });

    it("refuses an archive that is no archive, and leaves nothing", async () => {
      const archive = new TextEncoder().encode("not packed at all");
      const url = await serve((_, response) => response.end(archive));
      const at = await root();
      await expect(download(archiveRequest(at, url, md5Of(archive)))).rejects.toThrow(
        /^test: could not unpack .* into .*: incorrect header check$/,
      );
      expect(await left(at)).toEqual(nothing);
    });
  });
});
