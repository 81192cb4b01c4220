// Files in Node, fetch elsewhere: see "imports" in package.json.
export { readFiles } from "#read-files";
export type { DownloadProgress, DownloadSource, FilesRequest, ReadFile } from "./request.js";
