"""What stands for the placeholders of a questionnaire in its programme, wave and language. Pure."""

from collections.abc import Mapping
from typing import Any

from surveyapp.engine.days import in_figures
from surveyapp.services.collectors import Collecting


def in_language(value: Any, language: str, fallback: str = "") -> str:
    """A text of the programme that may be one for all languages or one for each."""
    if isinstance(value, Mapping):
        return str(value.get(language) or value.get(fallback) or next(iter(value.values()), ""))
    return str(value or "")


def placeholders(collecting: Collecting, language: str, variant: str, public_url: str) -> dict[str, str]:
    """Name of a placeholder -> its text."""
    known = {name: in_language(value, language, collecting.language) for name, value in collecting.values.items()}
    return {
        "privacy_url": f"{public_url}/privacy",
        **known,
        "web_url": f"{public_url}/r/{collecting.code}",
        "settle_date": in_figures(collecting.settles, language),
        "minutes": str(collecting.minutes(variant, language)),
    }
