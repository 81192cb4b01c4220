"""Writes packages/data-parquet/fixtures: small Parquet files of images, as Hugging Face's datasets library lays them out.

Run from the repository's root with pyarrow and Pillow installed:

    python bench/peers/parquet_fixtures.py
"""

import io
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

folder = Path("packages/data-parquet/fixtures")
folder.mkdir(exist_ok=True)


def png(value):
    """A picture of one grey."""
    out = io.BytesIO()
    Image.new("RGB", (12, 8), (value, value, value)).save(out, "PNG")
    return out.getvalue()


def hugging_face(first, labels):
    """Columns and metadata of a dataset with an Image and a ClassLabel; the grey of each is its number."""
    images = [{"bytes": png(first + i), "path": f"{first + i}.png"} for i in range(len(labels))]
    image = pa.array(images, pa.struct([("bytes", pa.binary()), ("path", pa.string())]))
    features = {
        "image": {"_type": "Image"},
        "label": {"names": ["cat", "dog", "owl"], "_type": "ClassLabel"},
    }
    metadata = {"huggingface": json.dumps({"info": {"features": features}})}
    return pa.table({"image": image, "label": pa.array(labels, pa.int64())}).replace_schema_metadata(metadata)


def write(name, table, rows, compression):
    pq.write_table(table, folder / name, row_group_size=rows, compression=compression)


write("train-00000-of-00002.parquet", hugging_face(0, [0, 1, 2, 0, 1, 2, 0]), 3, "snappy")
write("train-00001-of-00002.parquet", hugging_face(7, [1, 2, 0, 1, 2]), 3, "snappy")
write("test-00000-of-00001.parquet", hugging_face(100, [2, 1, 0, 2]), 100, "snappy")

# Of other makers: bytes in a plain column, names for labels, no metadata.
plain = pa.table({"picture": [png(50), png(60), png(70)], "kind": ["x", "y", "x"]})
for codec in ["zstd", "gzip", "none"]:
    write(f"plain-{codec}.parquet", plain, 2, codec)

# What can be wrong with a row: no bytes, no image at all, damaged bytes.
rows = [{"bytes": png(1), "path": None}, {"bytes": None, "path": "far/away.png"}, None, {"bytes": png(4)[:40], "path": None}]
image = pa.array(rows, pa.struct([("bytes", pa.binary()), ("path", pa.string())]))
write("wrong.parquet", pa.table({"image": image, "label": pa.array([0, 0, 0, 0]), "unknown": pa.array([0, None, 1, -1])}), 2, "snappy")
