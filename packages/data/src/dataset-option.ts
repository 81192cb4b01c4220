import { type Dataset, isPlugin } from "@contrastive/core";
import * as z from "zod";

/** An option that is a dataset itself. */
export const datasetOption = z.custom<Dataset>(
  (value) => isPlugin(value) && typeof (value as Dataset).open === "function",
  "a dataset",
);
