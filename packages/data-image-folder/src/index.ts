import type { PluginTable } from "@contrastive/core";
import { imageFolder } from "./image-folder.js";
import { imageList } from "./image-list.js";

export { type FileOfFolder, filesOf } from "./files-of.js";
export { imageFiles, type ImageFilesOptions } from "./image-files.js";
export { imageFolder, type ImageFolderOptions } from "./image-folder.js";
export { imageList, type ImageListOptions } from "./image-list.js";
export type { ImageOptions, SkippedImage } from "./options.js";

export const plugins = {
  dataset: { "image-folder": imageFolder, "image-list": imageList },
} satisfies PluginTable;
