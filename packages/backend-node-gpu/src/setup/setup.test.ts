import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { setupTensorflow } from "./index.js";

const folder = mkdtempSync(join(tmpdir(), "setup-tensorflow-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A folder with files of the given contents. */
function made(name: string, files: Record<string, string | Uint8Array>): string {
  const path = join(folder, name);
  mkdirSync(path);
  for (const [file, contents] of Object.entries(files)) {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    writeFileSync(join(path, file), contents);
  }
  return path;
}

/** The head of a library for a machine of ELF's. */
function library(machine: number): Uint8Array {
  const header = new Uint8Array(64);
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  header.set([machine & 0xff, machine >> 8], 18);
  return header;
}

const here = process.arch === "arm64" ? 0xb7 : 0x3e;
const wheel = (machine: number) => ({
  "libtensorflow_cc.so.2": library(machine),
  "libtensorflow_framework.so.2": library(machine),
});

describe.runIf(process.platform === "linux")("setup of TensorFlow says what is wrong", () => {
  test("without the Python", () => {
    expect(() => setupTensorflow({ python: join(folder, "no-python") })).toThrow(
      /there is no program ".*no-python"\. Name one with --python/,
    );
  });

  test("with a Python that has no TensorFlow", () => {
    // What it answers there, whatever Python this machine has.
    const python = join(folder, "python");
    writeFileSync(python, '#!/bin/sh\necho \'{"folder": null, "version": null}\'\n', { mode: 0o755 });
    expect(() => setupTensorflow({ python })).toThrow(
      /has no package tensorflow\. Run: python3 -m pip install/,
    );
  });

  test("with a folder that is none", () => {
    expect(() => setupTensorflow({ library: folder })).toThrow(/has neither libtensorflow_cc\.so\.2 nor/);
  });

  test("without the headers of the C interface", () => {
    const empty = made("headless", wheel(here));
    expect(() => setupTensorflow({ library: empty })).toThrow(/has no tensorflow\/c\/c_api\.h/);
  });

  test("of another architecture", () => {
    const other = made("other", { ...wheel(here ^ 0x3e ^ 0xb7), "include/tensorflow/c/c_api.h": "" });
    expect(() => setupTensorflow({ library: other })).toThrow(
      /is of another architecture than this Node, got "/,
    );
  });

  test("without a compiler, and with headers that are none", () => {
    const hollow = made("hollow", { ...wheel(here), "include/tensorflow/c/c_api.h": "" });
    process.env.CXX = join(folder, "no-compiler");
    try {
      expect(() => setupTensorflow({ library: hollow, from: import.meta.dirname })).toThrow(
        /there is no C\+\+ compiler/,
      );
    } finally {
      delete process.env.CXX;
    }
  });
});
