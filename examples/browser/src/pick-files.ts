import { type FileOfFolder, filesOf } from "@contrastive/data-image-folder";

/** What of File System Access this uses; Chromium has it, and TypeScript's library does not know it yet. */
declare global {
  interface Window {
    showDirectoryPicker?(options: { readonly id: string }): Promise<FileSystemDirectoryHandle>;
  }
}

/** What a visitor has chosen: read only once one trains. */
export interface PickedFolder {
  readonly name: string;
  readonly files: readonly FileOfFolder[];
}

/** Lets the visitor choose: without a word of uploading where the browser has a picker, by the input elsewhere. */
export function choosing(
  { button, input, drop }: { button: HTMLElement; input: HTMLInputElement; drop: HTMLElement },
  onPicked: (folder: PickedFolder) => void,
  onError: (error: unknown) => void,
): void {
  const take = (folder: Promise<PickedFolder | undefined>) =>
    void folder.then((picked) => picked && onPicked(picked)).catch(onError);
  button.addEventListener("click", () => {
    if (window.showDirectoryPicker === undefined) input.click();
    else take(pickByDialog(window.showDirectoryPicker));
  });
  input.addEventListener("change", () => {
    const chosen = [...(input.files ?? [])];
    const name = chosen[0]?.webkitRelativePath.split("/")[0] ?? "nothing";
    take(filesOf(chosen).then((files) => ({ name, files })));
  });
  const mark = (over: boolean) => drop.classList.toggle("over", over);
  drop.addEventListener("dragover", (event) => {
    event.preventDefault();
    mark(true);
  });
  drop.addEventListener("dragleave", () => mark(false));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    mark(false);
    // Now: the list is empty once the event is over.
    const entries = [...(event.dataTransfer?.items ?? [])].flatMap((item) => item.webkitGetAsEntry() ?? []);
    take(Promise.all(entries.map(filesOfEntry)).then((files) => named(files.flat())));
  });
}

function named(files: readonly FileOfFolder[]): PickedFolder {
  return { name: files[0]?.path.split("/")[0] ?? "nothing", files };
}

async function pickByDialog(
  show: NonNullable<Window["showDirectoryPicker"]>,
): Promise<PickedFolder | undefined> {
  try {
    const folder = await show.call(window, { id: "images" });
    return { name: folder.name, files: await filesOf(folder) };
  } catch (error) {
    // The visitor thought better of it.
    if (error instanceof DOMException && error.name === "AbortError") return undefined;
    throw error;
  }
}

async function filesOfEntry(entry: FileSystemEntry): Promise<FileOfFolder[]> {
  const path = entry.fullPath.replace(/^\//, "");
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    );
    return [{ path, file }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: FileOfFolder[] = [];
  for (;;) {
    // It gives a hundred at a time.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return found;
    found.push(...(await Promise.all(some.map(filesOfEntry))).flat());
  }
}
