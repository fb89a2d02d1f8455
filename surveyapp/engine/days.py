"""Days as they stand in a sentence of any language, where no word can be inflected."""

from datetime import date

_ENGLISH = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def in_figures(day: date, language: str) -> str:
    """A date that needs no case ending; in English, where figures are read in two ways, in words."""
    return f"{day.day} {_ENGLISH[day.month - 1]} {day.year}" if language == "en" else f"{day:%d.%m.%Y}"
