// Files in Node, fetch elsewhere: see "imports" in package.json.
export { listPaths, openRandomAccess } from "#random-access";
export { readFiles } from "#read-files";
export type { RandomAccess } from "./random-access.js";
export type { DownloadProgress, DownloadSource, FilesRequest, ReadFile } from "./request.js";
