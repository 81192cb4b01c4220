/** What is written for pixel `at` of a channel: each image, channel and place has its own. */
export const pixel = (image: number, channel: number, at: number) =>
  (image * 31 + channel * 85 + at * 7) % 256;

/** Records in the author's format with these label bytes; `first` numbers the images. */
export function records(labels: readonly (readonly number[])[], first = 0): Uint8Array {
  return Buffer.concat(
    labels.map((bytes, record) =>
      Uint8Array.from([
        ...bytes,
        ...[0, 1, 2].flatMap((channel) =>
          Array.from({ length: 1024 }, (_, at) => pixel(first + record, channel, at)),
        ),
      ]),
    ),
  );
}

/** Six files of CIFAR-10: four training records each, of which the first is labelled with its file's number. */
export function cifar10Files(): Record<string, Uint8Array> {
  const train = [1, 2, 3, 4, 5].map((number) => [
    `data_batch_${number}.bin`,
    records([[number], [0], [9], [4]]),
  ]);
  return { ...Object.fromEntries(train), "test_batch.bin": records([[7], [7], [2]], 100) };
}
