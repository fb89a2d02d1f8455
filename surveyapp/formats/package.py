"""``datapackage.json``: the tables of a zip as a Data Package (version 1), so that programs know every column."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from surveyapp.engine.sheet import NO_ANSWER
from surveyapp.formats import words
from surveyapp.formats.data import Data
from surveyapp.formats.variables import Variable, variables

CODEBOOK = "codebook.csv"


class Written(NamedTuple):
    """A file of the zip: bytes, and their SHA-256 in hex."""

    size: int
    sha256: str


def data_file(data: Data) -> str:
    """Where the rows stand in the zip."""
    return "data/responses.csv" if data.profile == "analyst" else "data/tables.csv"


def texts_of(item: str) -> str:
    """Where the texts of an item stand in the zip."""
    return f"data/texts_{item}.csv"


def descriptor(data: Data, files: Mapping[str, Written], language: str) -> bytes:
    """The package. ``files``: every file of the zip that holds a table."""
    described = {
        "profile": "tabular-data-package",
        "name": data.name.lower(),
        "title": data.title(language),
        "created": f"{data.day.isoformat()}T00:00:00Z",
        "resources": [
            {
                "profile": "tabular-data-resource",
                "name": path.removeprefix("data/").removesuffix(".csv"),
                **_description(data, path, language),
                "path": path,
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "bytes": files[path].size,
                "hash": f"sha256:{files[path].sha256}",
                "schema": schema,
            }
            for path, schema in _schemas(data, language)
        ],
    }
    return (json.dumps(described, ensure_ascii=False, indent=1) + "\n").encode()


def _description(data: Data, path: str, language: str) -> dict[str, str]:
    said = words.together(data, language)
    return {"description": said} if said and path == data_file(data) else {}


def _schemas(data: Data, language: str) -> Iterator[tuple[str, dict[str, Any]]]:
    missing = sorted(NO_ANSWER)
    yield data_file(data), {"fields": [_field(each) for each in variables(data, language)], "missingValues": missing}
    yield CODEBOOK, {"fields": [{"name": name, "type": "string"} for name in data.codebook[0]], "missingValues": []}
    for item in sorted(data.texts):
        fields = [{"name": name, "type": "string"} for name in data.texts[item][0]]
        yield texts_of(item), {"fields": fields, "missingValues": []}


def _field(column: Variable) -> dict[str, Any]:
    codes: list[Any] = [code for code in column.labels if code not in NO_ANSWER]
    field: dict[str, Any] = {
        "name": column.name,
        "title": column.label,
        "type": "integer" if column.numeric else "string",
    }
    if codes:
        field["constraints"] = {"enum": [int(code) for code in codes] if column.numeric else codes}
    return field
