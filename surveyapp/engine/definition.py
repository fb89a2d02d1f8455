"""What a questionnaire is: frozen structs, the same shape as the stored JSON.

A published questionnaire never changes. Every wording is a mapping of language code to text under a key of
its own; answers are kept by item id and option value, never by wording, so that the language never matters.
"""

from functools import cached_property
from typing import Any, Literal

from msgspec import Struct, field

Wording = dict[str, str]
"""Language code -> plain text. Blank lines separate paragraphs."""

Rule = list[Any]
"""A show-if rule as a small JSON array, for example ``["==", "service_group", "home_care"]``."""

ItemType = Literal["single", "multiple", "rating", "number", "text", "date", "consent", "note"]
Role = Literal["breakdown", "quasi", "sensitive", "text", "drop"]
MissingCode = Literal["skipped", "dk", "na", "refused"]
ExtraCode = Literal["dk", "na", "refused"]
Kind = Literal["survey", "self_assessment", "poll", "feedback", "needs_map", "registration", "application"]
Channel = Literal["web", "chat", "telegram", "tablet", "paper"]
Variant = Literal["standard", "easy"]

LANGUAGES = frozenset({"et", "lv", "ru", "en", "uk"})
"""What a questionnaire may be published in: buttons, errors and receipts around it are worded in these."""

VARIABLES = {
    "modules": "multiple",
    "flags": "multiple",
    "stage": "single",
    "planned": "multiple",
    "service": "single",
    "unit": "single",
    "channel": "single",
    "language": "single",
    "variant": "single",
}
"""What a link or a wave knows beforehand and a rule may mention, with the item type it behaves like."""

RESERVED_STEPS = frozenset({"review", "receipt", "save"})
"""Ids neither an item nor a page may have: they are parts of an address."""

RESERVED_IDS = frozenset(
    {*VARIABLES, *RESERVED_STEPS, "wave", "version", "period", "batch", "preset", "typed", "id", "missing"}
    | {"action", "asked", "confirmed", "form_token", "form_language", "main", "item", "nonce", "now", "rev"}
)
"""Ids no item may have: they are columns of the export, keys of a draft, or fields and places of a form or chat."""

PLACEHOLDERS = frozenset(
    {"organisation", "contact", "privacy_url", "web_url", "complaint_contact", "minutes", "settle_date"}
)
"""Names that may stand in braces in a wording and are filled in from the programme and the wave."""


class Part(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of every struct: frozen, unknown keys refused, defaults left out of the JSON."""


class Media(Part, frozen=True, kw_only=True):
    """Files beside a wording, by language: paths below the installation's own ``/media/``."""

    audio: Wording = {}
    sign_video: Wording = {}
    captions: Wording = {}
    picture: Wording = {}
    picture_text: Wording = {}


class Option(Part, frozen=True, kw_only=True):
    """One choice of a single or multiple item."""

    value: str
    label: Wording
    own_text: bool = False
    exclusive: bool = False
    media: Media | None = None


class Extra(Part, frozen=True, kw_only=True):
    """A way of not answering that is offered as a choice of its own and never enters a mean."""

    code: ExtraCode
    label: Wording


class Point(Part, frozen=True, kw_only=True):
    """One point of an ordinal scale; ``face`` names a picture shown beside the label."""

    value: int
    label: Wording
    face: str | None = None


class Scale(Part, frozen=True, kw_only=True):
    """An ordinal scale, lowest point first. ``variant_of`` names the scale whose codes it shares."""

    type: Literal["ordinal"] = "ordinal"
    points: tuple[Point, ...]
    extra: tuple[Extra, ...] = ()
    top_box: tuple[int, ...] = ()
    bottom_box: tuple[int, ...] = ()
    variant_of: str | None = None


class Criterion(Part, frozen=True, kw_only=True):
    """The thing that is measured, year after year, by items of several questionnaires."""

    id: str
    label: Wording


class Item(Part, frozen=True, kw_only=True):
    """One question, or a note between questions.

    ``minimum`` and ``maximum`` bound a number (in its unit) or a date (``YYYY-MM-DD``); ``decimals`` is how
    many places a number may have; ``max_length`` counts characters; ``long`` gives a text several lines.
    """

    id: str
    type: ItemType
    text: Wording
    help: Wording = {}
    easy: Wording = {}
    consider: Wording = {}
    options: tuple[Option, ...] = ()
    extra: tuple[Extra, ...] = ()
    scale: str | None = None
    criterion: str | None = None
    required: bool = False
    show_if: Rule | None = None
    role: Role | None = None
    minimum: float | str | None = None
    maximum: float | str | None = None
    decimals: int = 0
    unit: Wording = {}
    long: bool = False
    max_length: int = 1000
    min_choices: int = 0
    max_choices: int | None = None
    shuffle: bool = False
    headline: bool = False
    pair: str | None = None
    same_as: str | None = None
    media: Media | None = None


class Page(Part, frozen=True, kw_only=True):
    """Items under a common title. ``together`` shows them on one screen unless the person prefers one by one."""

    id: str
    items: tuple[Item, ...]
    title: Wording = {}
    note: Wording = {}
    together: bool = False
    media: Media | None = None


class ConsentLine(Part, frozen=True, kw_only=True):
    """A sentence of the consent text; with ``channels`` only shown there."""

    id: str
    text: Wording
    channels: tuple[Channel, ...] = ()


class Consent(Part, frozen=True, kw_only=True):
    """What a person agrees to before the first question; ``short`` is shown first, ``lines`` behind it."""

    lines: tuple[ConsentLine, ...]
    agree: Wording
    decline: Wording
    short: Wording = {}


class Quasi(Part, frozen=True, kw_only=True):
    """A column by which somebody might be recognised. ``hierarchy``: rows of labels, finest first.

    ``labels``: what each coarser label is called; the finest are options, which have words of their own.
    """

    column: str
    priority: int = 1
    hierarchy: tuple[tuple[str, ...], ...] | str | None = None
    labels: dict[str, Wording] = {}


class Sensitive(Part, frozen=True, kw_only=True):
    """Items whose answers could harm: ``low`` caps low ratings, ``any`` caps every single answer."""

    low: tuple[str, ...] | Literal["all_criteria"] = ()
    any: tuple[str, ...] = ()


class Threshold(Part, frozen=True, kw_only=True):
    """Smallest number of people a published row must fit."""

    analyst: int = 5
    public: int = 10


class Release(Part, frozen=True, kw_only=True):
    """What may leave the store. An allow-list: what it does not name is dropped."""

    k: Threshold = Threshold()
    alpha: float = 0.8
    mode: Literal["detailed", "consistent"] = "detailed"
    quasi: tuple[Quasi, ...] = ()
    sensitive: Sensitive = Sensitive()
    answers: tuple[str, ...] = ()
    text: tuple[str, ...] = ()


class Questionnaire(Part, frozen=True, kw_only=True, dict=True):
    """A whole questionnaire in all its languages."""

    schema: Literal["questionnaire/1"]
    id: str
    kind: Kind
    source_language: str
    languages: tuple[str, ...]
    title: Wording
    pages: tuple[Page, ...]
    version: int = 1
    audience: str = ""
    provenance: str = ""
    review_status: dict[str, str] = {}
    intro: Wording = {}
    consent: Consent | None = None
    notices: dict[str, Wording] = {}
    thanks: Wording = {}
    scales: dict[str, Scale] = {}
    criteria: tuple[Criterion, ...] = ()
    release: Release = field(default_factory=Release)

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Every item in order, notes included."""
        return tuple(item for page in self.pages for item in page.items)

    @cached_property
    def by_id(self) -> dict[str, Item]:
        """Item id -> item."""
        return {item.id: item for item in self.items}

    @cached_property
    def easy_scales(self) -> dict[str, Scale]:
        """Scale id -> the scale shown in its place in the simple version."""
        variants = {scale.variant_of: scale for scale in self.scales.values() if scale.variant_of}
        return {name: variants.get(name, scale) for name, scale in self.scales.items()}

    @cached_property
    def offers_easy(self) -> bool:
        """The questionnaire has a simple version."""
        return any(item.easy for item in self.items)

    def scale_of(self, item: Item, variant: str = "standard") -> Scale | None:
        """The scale an item is answered on, or None when it has none."""
        if item.scale is None:
            return None
        return (self.easy_scales if variant == "easy" else self.scales)[item.scale]

    def extras_of(self, item: Item, variant: str = "standard") -> tuple[Extra, ...]:
        """The ways of not answering offered with an item: its own, else its scale's."""
        scale = self.scale_of(item, variant)
        return item.extra or (scale.extra if scale else ())
