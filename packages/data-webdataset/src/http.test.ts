import type { RequestListener } from "node:http";
import { readdir } from "node:fs/promises";
import { expect, it } from "vitest";
import { serve } from "../../data/test/server.js";
import { temporaryFolder } from "../../data/test/temporary.js";
import { shards } from "../test/shards.js";
import { webDataset } from "./index.js";

/** Answers requests for parts of files, as servers of static files do. */
const ranges =
  (files: Readonly<Record<string, Uint8Array>>, asked: string[]): RequestListener =>
  (request, response) => {
    const bytes = files[request.url!.slice(1)];
    if (bytes === undefined) return void response.writeHead(404).end();
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "")!.map(Number);
    asked.push(`${request.url} ${first}`);
    const part = bytes.subarray(first, last + 1);
    const headers = {
      "content-range": `bytes ${first}-${first + part.length - 1}/${bytes.length}`,
      etag: '"1"',
    };
    response.writeHead(206, headers).end(part);
  };

it("reads the parts that it needs, and keeps the index", async () => {
  const asked: string[] = [];
  const url = await serve(ranges(await shards(), asked));
  const cache = await temporaryFolder();
  const data = webDataset({ train: `${url}/train-{00..02}.tar`, test: `${url}/test.tar`, size: 8, cache });
  for (const _ of [1, 2]) {
    const train = await data.open("train");
    const { images, labels } = await train.read(Uint32Array.of(5, 11));
    expect(images.map(({ data }) => data[0])).toEqual([5, 11]);
    expect(labels).toEqual(Int32Array.of(2, 2));
    await train.close();
  }
  expect(await readdir(cache)).toHaveLength(3);
  // For each of three shards its size and its headers, then two images; the second time no headers.
  expect(asked).toHaveLength(6 + 2 + 3 + 2);
});

it.each<[string, RequestListener, RegExp]>([
  [
    "no such file",
    (_, response) => void response.writeHead(404).end(),
    /could not fetch .*\/a\.tar: the server answered 404/,
  ],
  [
    "whole files",
    (_, response) => void response.end("all of it"),
    /the server of .* takes no range requests\. Serve the file by one/,
  ],
  [
    "no size",
    (_, response) => void response.writeHead(206).end("x"),
    /does not say how long it is\. It must send Content-Range/,
  ],
])("says what a server gives: %s", async (_, listener, message) => {
  const url = await serve(listener);
  await expect(webDataset({ train: `${url}/a.tar` }).open("train")).rejects.toThrow(message);
});

it("tries again where a server fails for a while, and no more than three times", async () => {
  const files = await shards();
  let failures = 2;
  let count = 0;
  const url = await serve((request, response) => {
    count++;
    if (failures-- > 0) response.writeHead(503).end();
    else ranges(files, [])(request, response);
  });
  const open = () => webDataset({ train: `${url}/train-00.tar`, testFraction: 0 }).open("train");
  expect((await open()).size).toBe(4);
  [failures, count] = [Infinity, 0];
  await expect(open()).rejects.toThrow("the server answered 503");
  expect(count).toBe(3);
});

it("stops at once when aborted", async () => {
  const files = await shards();
  let hang = false;
  const url = await serve((request, response) => {
    if (!hang) ranges(files, [])(request, response);
  });
  const open = await webDataset({ train: `${url}/train-00.tar`, testFraction: 0 }).open("train");
  hang = true;
  const stop = new AbortController();
  const reading = open.read(Uint32Array.of(0, 1), stop.signal);
  const reason = new Error("stopped by the test");
  stop.abort(reason);
  await expect(reading).rejects.toBe(reason);
});
