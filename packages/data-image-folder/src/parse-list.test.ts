import { describe, expect, it } from "vitest";
import { parseList } from "./parse-list.js";

const parse = (list: string, content: string, keys = { path: "path", label: "label" }) =>
  parseList("test", list, content, keys);

describe("parseList", () => {
  it("reads CSV with quotes, line breaks of both kinds and other columns", () => {
    expect(
      parse(
        "a.csv",
        '\uFEFFpath,size,label\r\nx.png,3,cat\n"a, b.png",4,"the ""big"" one"\n\n"c\nd.png",,\n',
      ),
    ).toEqual([
      { path: "x.png", name: "cat" },
      { path: "a, b.png", name: 'the "big" one' },
      { path: "c\nd.png" },
    ]);
  });

  it("reads JSON lines, with classes by name or number, under other keys", () => {
    const content = '{"file":"x.png","class":7}\n\n{"file":"y.png","class":"cat"}\n{"file":"z.png"}';
    expect(parse("a.jsonl", content, { path: "file", label: "class" })).toEqual([
      { path: "x.png", name: "7" },
      { path: "y.png", name: "cat" },
      { path: "z.png" },
    ]);
  });

  it.each([
    ["a.csv", "", 'test: a.csv must begin with the names of its columns, "path" among them, got undefined'],
    [
      "a.csv",
      "x.png,cat\n",
      'must begin with the names of its columns, "path" among them, got ["x.png","cat"]',
    ],
    ["a.csv", "path,label\n", "a.csv names no images"],
    ["a.csv", "path,label\nx.png,cat\ny.png\n", "a.csv, line 3 must have 2 fields, as the first one, got 1"],
    ["a.csv", 'path,label\nx"y.png,cat\n', "a.csv, line 2: a field with quotes or commas must be in quotes"],
    ["a.csv", 'path,label\n"x.png,cat\n', "a.csv, line 2: a field with quotes"],
    ["a.csv", "path,label\n,cat\n", 'a.csv, line 2: path must be a path, got ""'],
    ["a.jsonl", '{"path":"x.png"}\n{oops\n', "a.jsonl, line 2 must be JSON, got"],
    ["a.jsonl", '{"path":3}', "a.jsonl, line 1: path must be a path, got 3"],
    ["a.jsonl", '{"path":"x.png","label":["a"]}', 'line 1: label must be a name or a number, got ["a"]'],
  ])("%s: %j is refused", (list, content, message) => {
    expect(() => parse(list, content)).toThrow(message);
  });
});
