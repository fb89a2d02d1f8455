"""Parquet: the codes as in the CSV, the labels beside them. An extra of the package, [parquet]."""

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import pyarrow as pa
from pyarrow.parquet import ParquetWriter

from surveyapp.formats.data import Data
from surveyapp.formats.variables import Variable, variables

_AT_ONCE = 50_000


def write(data: Data, file: Path, language: str) -> None:
    """Write the rows: whole numbers where every code is one, else texts. Labels are the columns' metadata."""
    columns = variables(data, language)
    schema = pa.schema([_field(column) for column in columns])
    with ParquetWriter(file, schema, compression="zstd") as out:
        for some in _parts(data.rows()):
            arrays = [
                pa.array(list(map(int, codes)) if column.numeric else codes, field.type)
                for column, field, codes in zip(columns, schema, zip(*some, strict=True), strict=True)
            ]
            out.write_batch(pa.record_batch(arrays, schema=schema))


def _field(column: Variable) -> pa.Field:
    kind = pa.int32() if column.numeric else pa.string()
    labels = json.dumps(dict(column.labels), ensure_ascii=False)
    return pa.field(column.name, kind, nullable=False, metadata={"label": column.label, "labels": labels})


def _parts(rows: Iterator[Sequence[str]]) -> Iterator[list[Sequence[str]]]:
    while some := list(islice(rows, _AT_ONCE)):
        yield some
