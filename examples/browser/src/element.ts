/** The page's element of an id. */
export function element<E extends HTMLElement>(id: string, kind: abstract new (...args: never[]) => E): E {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`The page has no ${kind.name} "${id}".`);
}
