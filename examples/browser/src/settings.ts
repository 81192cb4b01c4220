import type { Choices } from "../pipeline.js";

/** What the form asks for. */
export interface Settings extends Required<Pick<Choices, "loss" | "encoder">> {
  readonly data: "shapes" | "folder";
  readonly backend: "auto" | "webgpu" | "wasm";
  /** Whether WebGPU may be imitated on the processor, for tests. */
  readonly software: boolean;
  readonly size: number;
  readonly batch: number;
  readonly epochs: number;
  readonly rate: number;
  readonly images: number;
  readonly classes: number;
  readonly seed: number;
}

/** The form's values are the settings, under the names of its fields. */
export function readSettings(form: HTMLFormElement): Settings {
  const fields = new FormData(form);
  const text = (name: string) => String(fields.get(name) ?? "");
  const number = (name: string) => Number(text(name));
  return {
    // A select holds one of its options.
    data: text("data") as Settings["data"],
    loss: text("loss") as Settings["loss"],
    encoder: text("encoder") as Settings["encoder"],
    backend: text("backend") as Settings["backend"],
    software: fields.has("software"),
    size: number("size"),
    batch: number("batch"),
    epochs: number("epochs"),
    rate: number("rate"),
    images: number("images"),
    classes: number("classes"),
    seed: number("seed"),
  };
}

/** Puts an address's `?loss=simclr&epochs=5` into the form. Returns what it does not know. */
export function applyQuery(form: HTMLFormElement, query: URLSearchParams): string[] {
  return [...query].flatMap(([name, value]) => {
    const field = form.elements.namedItem(name);
    if (field instanceof HTMLInputElement && field.type === "checkbox") field.checked = value !== "0";
    else if (field instanceof HTMLInputElement && field.type === "number") field.value = value;
    else if (
      field instanceof HTMLSelectElement &&
      [...field.options].some((option) => option.value === value)
    )
      field.value = value;
    else return [`${name}=${value}`];
    return [];
  });
}
