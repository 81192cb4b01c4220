import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeSafetensors } from "@contrastive/core";
import { decode, encode } from "fast-png";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { chromium } from "../../scripts/chromium.js";
import { buildSite, launch, root, serve } from "./site.js";

const notIsolated = {
  "Cross-Origin-Opener-Policy": "unsafe-none",
  "Cross-Origin-Embedder-Policy": "unsafe-none",
};
const small = "size=16&batch=8";

test("the pipeline of the page trains in Node too", () => {
  const out = join(folderOf({}), "run");
  const flags = ["--set", "limit=64", "--set", "epochs=1", "--no-evaluate", "--out", out];
  execFileSync("npx", ["contrastive", "train", ...flags], { cwd: root, stdio: "pipe" });
  const { tensors } = decodeSafetensors(readFileSync(join(out, "weights.safetensors")), out);
  expect(tensors["conv1.weight"].shape).toEqual([16, 3, 3, 3]);
});

describe.skipIf(chromium === undefined)(
  `the page${chromium ? "" : " (skipped: no Chromium is installed)"}`,
  () => {
    let gpu: Browser;
    let plain: Browser;
    beforeAll(async () => {
      [gpu, plain] = await Promise.all([launch({ gpu: true }), launch({ gpu: false }), buildSite()]);
    });
    afterAll(() => Promise.all([gpu.close(), plain.close()]));

    test("trains on WebGPU from a folder until the loss has halved, with a pause between", async () => {
      const page = await open(
        gpu,
        `?backend=webgpu&software=1&data=folder&loss=cross-entropy&epochs=6&rate=0.1&${small}`,
      );
      await page.setInputFiles("#files", stripes());
      expect(await page.innerText("#chosen")).toMatch(/^.+: 41 files$/);
      await page.click("#train");
      await reaches(page, "Epoch 2");
      expect(await page.innerText("#device")).toMatch(/^WebGPU, .*swiftshader/i);
      expect(await page.innerText("#skipped")).toBe(
        "1 file could not be read and is left out: upright/damaged.png",
      );

      await page.click("#train");
      await phase(page, "paused");
      const status = await page.innerText("#status");
      expect(status).toMatch(/^Paused after step \d+ of 24$/);
      const before = await weights(page);

      await page.focus("#train");
      await page.keyboard.press("Enter");
      await phase(page, "done");
      const { steps, from, to } = await curve(page);
      expect(steps).toBe(24);
      expect(to).toBeLessThan(from / 2);
      const after = await weights(page);
      expect(Object.keys(after)).toEqual(Object.keys(before));
      expect(after["conv1.weight"].shape).toEqual([16, 3, 3, 3]);
      expect(after["conv1.weight"].data.every(Number.isFinite)).toBe(true);
      expect(after["conv1.weight"].data).not.toEqual(before["conv1.weight"].data);

      const picture = await see(page);
      expect(picture.count("#curve", [0x2f, 0x66, 0xa8])).toBeGreaterThan(150);
      // Four held-out images of each class, which may lie upon each other.
      expect(picture.count("#scatter", [0x3f, 0x90, 0xda])).toBeGreaterThan(40);
      expect(picture.count("#scatter", [0xff, 0xa9, 0x0e])).toBeGreaterThan(40);
      expect(picture.count("#scatter", [0x2f, 0x66, 0xa8])).toBe(0);
    });

    test("keeps what was trained when the GPU is lost, and goes on from there", async () => {
      const page = await open(
        gpu,
        `?backend=webgpu&software=1&loss=supcon&images=16&classes=2&epochs=1000&${small}`,
      );
      await page.click("#train");
      await page.waitForSelector("#weights:enabled");
      const session = await gpu.newBrowserCDPSession();
      // Chromium has it, and Playwright's types do not.
      await session.send("Browser.crashGpuProcess" as never);
      await phase(page, "failed");
      const problem = await page.innerText("#problem");
      expect(problem).toMatch(
        /^backend "webgpu": the GPU was lost: .+\. What was trained up to step \d+ is kept/,
      );
      expect(Object.keys(await weights(page))).toContain("conv1.weight");
      await page.click("#train");
      await reaches(page, "Preparing the first step");
      expect(await page.innerText("#problem")).toBe("");
    });

    test("trains on WebAssembly in one thread where it is not isolated", async () => {
      const page = await open(plain, "?backend=wasm&size=16&images=128&classes=3&epochs=3", notIsolated);
      await page.click("#train");
      await phase(page, "done");
      expect(await page.innerText("#device")).toMatch(/^WebAssembly relaxed SIMD, 1 thread$/);
      expect(await page.innerText("#rejected")).toMatch(/^In one thread, as this page is not isolated/);
      expect((await curve(page)).steps).toBe(6);
      expect(await page.locator("#legend li").allInnerTexts()).toEqual(["disc", "ring", "square"]);
      expect(Object.keys(await weights(page))).toContain("conv1.weight");
      expect((await see(page)).count("#curve", [0x2f, 0x66, 0xa8])).toBeGreaterThan(150);
    });

    test("takes WebAssembly where there is no GPU, in threads, and says why; on a phone, in the dark", async () => {
      const page = await open(plain, "?loss=simclr&size=16&images=128&epochs=2");
      await page.setViewportSize({ width: 390, height: 844 });
      await page.emulateMedia({ colorScheme: "dark" });
      await page.click("#train");
      await phase(page, "done");
      const processors = await page.evaluate(() => navigator.hardwareConcurrency);
      expect(await page.innerText("#device")).toContain(`, ${Math.min(processors, 16)} thread`);
      expect(await page.innerText("#rejected")).toMatch(/^Not on webgpu: .+\.$/);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
      const picture = await see(page);
      expect(picture.count("#curve", [0x7d, 0xb3, 0xf0])).toBeGreaterThan(150);
      const report = await download(page, "#report");
      expect(report.toString()).toContain("<title>simclr in a browser</title>");
    });

    test.each([
      ["no file", ["notes.txt"], "there are no images in it, among 1 files"],
      ["one class", ["cats/1.png", "cats/2.png"], 'there must be two classes at least, got ["cats"]'],
      ["nothing to read", ["cats/1.jpg", "dogs/1.jpg"], 'none of the images of class "cats" can be read'],
    ])("says what is wrong with a folder of %s", async (_, paths, complaint) => {
      const page = await open(plain, "?data=folder&backend=wasm");
      await page.setInputFiles(
        "#files",
        folderOf(Object.fromEntries(paths.map((path) => [path, contentOf(path)]))),
      );
      await page.click("#train");
      await phase(page, "failed");
      expect(await page.innerText("#problem")).toContain(complaint);
      expect(await page.innerText("#train")).toBe("Try again");
    });

    test("takes a folder that is dropped, with all that is in its folders", async () => {
      const page = await open(plain, "?data=folder&backend=wasm&size=16&batch=8&epochs=1");
      const { x, y } = (await page.locator("#folder").boundingBox())!;
      const session = await page.context().newCDPSession(page);
      const data = { items: [], files: [stripes()], dragOperationsMask: 1 };
      for (const type of ["dragEnter", "dragOver", "drop"] as const) {
        await session.send("Input.dispatchDragEvent", { type, x: x + 20, y: y + 10, data });
      }
      await page.locator("#chosen", { hasText: /: 41 files$/ }).waitFor();
      await page.click("#train");
      await phase(page, "done");
      expect(await page.locator("#legend li").allInnerTexts()).toEqual(["lying", "upright"]);
    });

    test("trains on images that are all alike, without a picture of them", async () => {
      const page = await open(plain, "?data=folder&backend=wasm&loss=simclr&size=16&batch=8&epochs=1");
      const files = Array.from({ length: 24 }, (_, i) => [`${i}.png`, contentOf(".png")]);
      await page.setInputFiles("#files", folderOf(Object.fromEntries(files)));
      await page.click("#train");
      await phase(page, "done");
      expect(await page.innerText("#scatter")).toMatch(/^Where the encoder puts images/);
    });

    test("takes train and val for splits where a folder has them", async () => {
      const page = await open(plain, "?data=folder&backend=wasm&size=16&batch=4&epochs=1");
      const files = ["train/a", "train/b", "val/a", "val/b"].flatMap((place) =>
        [1, 2, 3].map((i) => [`set/${place}/${i}.png`, striped((x, y) => i * x + y)]),
      );
      await page.setInputFiles("#files", folderOf(Object.fromEntries(files)));
      await page.click("#train");
      await phase(page, "done");
      expect(await page.locator("#legend li").allInnerTexts()).toEqual(["a", "b"]);
      expect(await page.innerText("#caption")).toBe("PCA of 6 held-out images");
    });

    test("says what it does not know of an address", async () => {
      const page = await open(plain, "?loss=best&epochs=3");
      expect(await page.innerText("#problem")).toContain("loss=best");
      expect(await page.inputValue("#epochs")).toBe("3");
    });
  },
  180_000,
);

/** A page that the test closes; an error in its console fails the test. */
async function open(chrome: Browser, query: string, headers?: Record<string, string>): Promise<Page> {
  const server = await serve(headers);
  const page = await chrome.newPage({ viewport: { width: 1280, height: 900 } });
  page.setDefaultTimeout(patience);
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  onTestFinished(async () => {
    await page.close();
    await server.close();
    expect(problems).toEqual([]);
  });
  await page.goto(server.url + query);
  return page;
}

/** Milliseconds: an imitated GPU on a busy machine is slow. */
const patience = 150_000;

/** Waits until the page is so far; fails with what it complains of. */
async function phase(page: Page, name: string): Promise<void> {
  await page.waitForSelector(`body:is([data-phase="${name}"], [data-phase="failed"])`);
  if (name !== "failed") expect(await page.innerText("#problem")).toBe("");
}

async function reaches(page: Page, text: string): Promise<void> {
  await page.waitForFunction(
    (wanted) => document.querySelector("#run")!.textContent!.replace(/\s+/g, " ").includes(wanted),
    text,
  );
}

/** What the loss curve says of itself. */
async function curve(page: Page): Promise<{ steps: number; from: number; to: number }> {
  // It is drawn a little after the last step.
  await page.waitForTimeout(500);
  const label = (await page.getAttribute("#curve [role=img]", "aria-label"))!;
  const [, over, from, to] = /^Loss over (\d+) steps, from (\S+) to (\S+),/.exec(label)!;
  return { steps: Number(over) + 1, from: Number(from), to: Number(to) };
}

async function download(page: Page, button: string): Promise<Buffer> {
  const [file] = await Promise.all([page.waitForEvent("download"), page.click(button)]);
  return readFileSync(await file.path());
}

async function weights(page: Page) {
  return decodeSafetensors(await download(page, "#weights"), "the download").tensors;
}

/** A screenshot, and how many pixels of it within an element are of a colour, or of that at 0.8 and more on white. */
async function see(page: Page) {
  const { data, width, channels } = decode(await page.screenshot({ fullPage: true }));
  const boxes = new Map<string, { x: number; y: number; width: number; height: number }>();
  for (const id of ["#curve", "#scatter"]) {
    const box = await page.evaluate((selector) => {
      const { x, y, width, height } = document.querySelector(selector)!.getBoundingClientRect();
      return { x: x + scrollX, y: y + scrollY, width, height };
    }, id);
    boxes.set(id, box);
  }
  return {
    count(id: "#curve" | "#scatter", color: readonly number[]): number {
      const box = boxes.get(id)!;
      let count = 0;
      for (let y = Math.ceil(box.y); y < box.y + box.height; y++) {
        for (let x = Math.ceil(box.x); x < box.x + box.width; x++) {
          const at = (y * width + x) * channels;
          const isOf = (opacity: number) =>
            color.every((value, i) => Math.abs(data[at + i] - opacity * value - (1 - opacity) * 255) < 6);
          if ([0.8, 0.85, 0.9, 0.95, 1].some(isOf)) count++;
        }
      }
      return count;
    },
  };
}

/** Two classes that are told apart in a few steps, twenty of each, and a file that is no image. */
function stripes(): string {
  const files: Record<string, Uint8Array> = { "upright/damaged.png": Uint8Array.of(1, 2, 3) };
  for (let i = 0; i < 20; i++) {
    files[`upright/${i}.png`] = striped((x) => x + i);
    files[`lying/${i}.png`] = striped((_, y) => y + i);
  }
  return folderOf(files);
}

function striped(place: (x: number, y: number) => number): Uint8Array {
  const size = 16;
  const data = new Uint8Array(3 * size * size);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      data.fill(place(x, y) % 4 < 2 ? 220 : 30, 3 * (y * size + x), 3 * (y * size + x) + 3);
    }
  }
  return encode({ data, width: size, height: size, channels: 3, depth: 8 });
}

function contentOf(path: string): Uint8Array {
  return path.endsWith(".png") ? striped((x) => x) : new TextEncoder().encode("Nothing to see.");
}

function folderOf(files: Readonly<Record<string, Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), "images-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}
