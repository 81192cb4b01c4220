import { ContrastiveError, type OpenDataset } from "@contrastive/core";
import { openIndexed } from "@contrastive/data";
import { type FilesRequest, readFiles } from "@contrastive/data/files";
import { parseImages, parseLabels } from "./parse-idx.js";
import { unpacked } from "./unpacked.js";

export interface IdxRequest extends Omit<FilesRequest, "names"> {
  readonly images: string;
  readonly labels?: string;
  readonly classes?: readonly string[];
  /** Whether the files hold columns in the place of rows. */
  readonly transposed: boolean;
}

export async function openIdx({
  images,
  labels,
  classes,
  transposed,
  ...request
}: IdxRequest): Promise<OpenDataset> {
  const { who } = request;
  const names = [images, ...(labels === undefined ? [] : [labels])].map(namesOf);
  const files = await readFiles({ ...request, names });
  const [imageFile, labelFile] = await Promise.all(files.map((file) => unpacked(who, file)));
  const pictures = parseImages(who, imageFile, transposed);
  const classOf = labelFile && parseLabels(who, labelFile, classes);
  if (classOf !== undefined && classOf.length !== pictures.size) {
    throw new ContrastiveError({
      who,
      what: `${labelFile.path} must have a label for each of the ${pictures.size} images of ${imageFile.path}`,
      got: classOf.length,
      fix: "They are of two datasets or splits: name the files that belong together",
    });
  }
  return openIndexed({ who, size: pictures.size, classes, labels: classOf, image: pictures.image });
}

/** As they are published, unpacked by hand, and as some programs unpack them: `train-images.idx3-ubyte`. */
function namesOf(name: string): readonly string[] {
  const plain = name.replace(/\.gz$/, "");
  return [name, plain, `${plain}.gz`, plain.replace(/-(idx\d)/, ".$1")].filter(
    (other, at, all) => all.indexOf(other) === at,
  );
}
