"""YAML that people write for this service, read into typed values. Pure."""

from typing import TypeVar

import msgspec

from surveyapp.engine import documents
from surveyapp.services.refusals import FileFault, Refusal

Shape = TypeVar("Shape", bound=msgspec.Struct)


def shaped(text: str, shape: type[Shape], code: str) -> Shape:
    """The text as a value of that shape. Raises Refusal ``code`` with the path of what is wrong."""
    try:
        return msgspec.convert(documents.parse(text), shape, strict=False)
    except documents.DocumentError as error:
        fault = FileFault(error.path, error.code, error.values)
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at ")
        fault = FileFault(path.strip("`") or "$", "wrong_shape", {"detail": message})
    raise Refusal(code, problems=(fault,))
