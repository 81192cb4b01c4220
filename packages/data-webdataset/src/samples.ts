import { ContrastiveError } from "@contrastive/core";
import type { TarMember } from "./tar-members.js";

/** Members of one key, by their extension: all after the first dot of the name, in small letters. */
export interface TarSample {
  readonly key: string;
  readonly members: ReadonlyMap<string, TarMember>;
}

/**
 * Members that follow each other and have one key are a sample, as in WebDataset. Those that begin with a dot, or with two
 * underscores, are left out.
 *
 * Throws where a key comes again: with an extension that it has, or after another one.
 */
export async function* samplesOf(
  who: string,
  path: string,
  members: AsyncIterable<TarMember>,
): AsyncGenerator<TarSample> {
  const before = new Set<string>();
  let key: string | undefined;
  let current = new Map<string, TarMember>();
  for await (const member of members) {
    const parts = /^((?:.*\/)?[^/.][^/.]*)\.([^/]+)$/.exec(member.name);
    if (parts === null || /(^|\/)__[^/]*$/.test(parts[1])) continue;
    const [, own, extension] = [parts[0], parts[1], parts[2].toLowerCase()];
    if (own !== key) {
      if (key !== undefined) yield { key, members: current };
      if (before.has(own)) throw duplicate(who, path, own, "after others");
      before.add(own);
      [key, current] = [own, new Map()];
    }
    if (current.has(extension)) throw duplicate(who, path, own, `with .${extension}, which it has already`);
    current.set(extension, member);
  }
  if (key !== undefined) yield { key, members: current };
}

function duplicate(who: string, path: string, key: string, where: string): ContrastiveError {
  return new ContrastiveError({
    who,
    what: `${path} has the key "${key}" again, ${where}`,
    fix: "All files of a sample must follow each other, each once: write it anew, with names of their own for samples",
  });
}
