import * as tf from "@tensorflow/tfjs-core";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { expect, test } from "vitest";
import { describeOnGpu } from "./gpu.js";
import { uninitializedInLoops } from "./wgsl-lint.js";

test.each([
  { what: "for", code: "fn f() {\n for (var i = 0; i < 3; i++) {\n  var x: f32;\n }\n}", found: ["x 3"] },
  { what: "while", code: "fn f() { while (a < (b + 1)) { var x: f32; } }", found: ["x 1"] },
  {
    what: "loop",
    code: "fn f() { loop { if (a) { break; } var x: vec4<f32>; continuing { a++; } } }",
    found: ["x 1"],
  },
  {
    what: "nested blocks",
    code: "fn f() { loop { if (a) { { switch b { default { var x: f32; } } } } } }",
    found: ["x 1"],
  },
  {
    what: "address spaces",
    code: "fn f() { loop { var<function> x: array<vec2<f32>, 4>; } }",
    found: ["x 1"],
  },
  { what: "no spaces", code: "fn f(){loop{var x:f32;}}", found: ["x 1"] },
  {
    what: "the head of an inner loop",
    code: "fn f() { loop { for (var i: u32; i < 3; i++) { } } }",
    found: ["i 1"],
  },
  {
    what: "several",
    code: "fn f() { loop { var x: f32;\nvar y = x;\nvar z: f32; } }",
    found: ["x 1", "z 3"],
  },
  {
    what: "behind comments",
    code: "/* { \n/* } */ \n*/ fn f() { loop { // var a: f32; \n var x: f32; } }",
    found: ["x 4"],
  },
])("finds: $what", ({ code, found }) => {
  expect(uninitializedInLoops(code).map(({ name, line }) => `${name} ${line}`)).toEqual(found);
});

test.each([
  [
    "initial values",
    "fn f() { loop { var x = 1.0; var y: vec4<f32> = vec4<f32>(); var z: T = T(a == b); } }",
  ],
  [
    "outside of loops",
    "var<private> p: f32; var<workgroup> w: array<f32, 4>; fn f() { var x: f32; loop { x = 1; } }",
  ],
  ["behind a loop", "fn f() { for (var i = 0; i < 3; i++) { { } } var x: f32; }"],
  ["in the function behind one with a loop", "fn f() { loop { break; } } fn g() { var x: f32; }"],
  ["the head of a loop that is in none", "fn f() { for (var i: u32; i < 3; i++) { } }"],
  ["names that begin as loops do", "fn f() { let loops = 1; if (for_each == loop_0) { var x: f32; } }"],
  ["constants", "fn f() { loop { let x = 1; const y = 2; variable = 3; } }"],
  ["comments", "fn f() { loop { // var x: f32;\n /* var y: f32; /* { */ var z: f32; */ } }"],
  ["loops in comments", "fn f() { // for (;;) {\n var x: f32; /* loop { */ var y: f32; }"],
])("finds nothing: %s", (_, code) => {
  expect(uninitializedInLoops(code)).toEqual([]);
});

describeOnGpu("shaders of this package", () => {
  const code = "@compute @workgroup_size(1) fn main() {\n  loop { var x: f32; if (x == 0) { break; } }\n}";
  const create = (label: string) =>
    (tf.backend() as WebGPUBackend).device.createShaderModule({ code, label });

  test("are looked at when a pipeline is made of them", () => {
    expect(() => create("some/kernel 3 × 4")).toThrow(
      'kernel "some/kernel 3 × 4", line 2: "var x" in a loop has no initial value',
    );
  });

  test("are told from those of tfjs", () => {
    expect(create("BinaryOpProgram")).toBeDefined();
  });
});
