"""Gates of publication that belong to what a questionnaire is for: consent, media, and what may be released."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from surveyapp.engine import sheet
from surveyapp.engine.codebook import coarser
from surveyapp.engine.definition import Item, Media, Quasi, Questionnaire
from surveyapp.engine.faults import Fault
from surveyapp.engine.rules import mentioned

NAMED_KINDS = frozenset({"registration", "application"})
"""They name people: never published into the store of anonymous answers."""

NOTICES = ("not_for_emergencies", "not_a_complaint")
_COLUMNS = frozenset({"service", "unit", "language", "channel", "variant", "version", "period"})
_TAKEN = sheet.NO_ANSWER | {"*"}
"""What the labels of a release mean already: everything, and the ways of not answering."""

_ALIKE = frozenset({"modules", "flags", "stage", "planned"})
"""What rules may ask about beside answers, and everybody of a wave has alike."""

_COUNTABLE = frozenset({"single", "multiple", "rating"})


def day(text: str) -> date | None:
    """The day a text stands for, or None."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def kind_faults(q: Questionnaire) -> Iterator[Fault]:
    """What a questionnaire of its kind must have, and files that must be its own."""
    if q.kind in NAMED_KINDS:
        yield Fault("$.kind", "kind_not_published", {"kind": q.kind})
    if q.kind == "survey" and q.audience == "clients":
        if q.consent is None or not q.consent.lines:
            yield Fault("$.consent", "consent_missing", {})
        for notice in NOTICES:
            if notice not in q.notices:
                yield Fault("$.notices", "notice_missing", {"notice": notice})
    for number, page in enumerate(q.pages):
        holders = [page.media, *(item.media for item in page.items)]
        holders += [option.media for item in page.items for option in item.options]
        for media in holders:
            yield from _media(f"$.pages[{number}]", media)


def _media(path: str, media: Media | None) -> Iterator[Fault]:
    if media is None:
        return
    for files in (media.audio, media.sign_video, media.captions, media.picture):
        for address in files.values():
            if ":" in address or address.startswith(("/", ".")) or ".." in address or "\\" in address or not address:
                yield Fault(path, "media_not_local", {"address": address})


def release_faults(q: Questionnaire) -> Iterator[Fault]:
    """The release block names what exists, as what it can be, and never looser than the promise."""
    release = q.release
    if release.k.analyst < 5 or release.k.public < max(10, release.k.analyst) or not 0 < release.alpha <= 0.8:
        yield Fault("$.release", "threshold_too_low", {})
    low = _low(q)
    names = [*(quasi.column for quasi in release.quasi), *low, *release.sensitive.any, *release.answers, *release.text]
    names += [name for quasi in release.quasi for name in _coarser_columns(quasi)]
    for name, times in Counter(names).items():
        if times > 1:
            yield Fault("$.release", "released_twice", {"id": name})
    for name in low:
        yield from _low_item(q, name)
    for name in (*release.sensitive.any, *release.answers):
        yield from _is(q, name, _COUNTABLE, "an answer", "$.release.answers")
    for name in release.text:
        yield from _is(q, name, frozenset({"text"}), "a text", "$.release.text")
    for quasi in release.quasi:
        yield from _quasi(q, quasi)
    yield from _telling_rules(q)


def _telling_rules(q: Questionnaire) -> Iterator[Fault]:
    """Whether somebody was asked stands in their row: what decides it may be nothing but answers that stand there, too."""
    released = sheet.released_items(q)
    plain = {item.id for item in released} | _ALIKE
    for item in released:
        for name in sorted(mentioned(item.show_if) - plain):
            yield Fault("$.release.answers", "rule_tells", {"id": item.id, "of": name})


def _coarser_columns(quasi: Quasi) -> Iterator[str]:
    """The columns that stand beside it in a release."""
    hierarchy = quasi.hierarchy or ()
    levels = 2 if isinstance(hierarchy, str) else max(map(len, hierarchy), default=1)
    return (coarser(quasi.column, level) for level in range(1, levels))


def _low(q: Questionnaire) -> tuple[str, ...]:
    low = q.release.sensitive.low
    if low == "all_criteria":
        return tuple(item.id for item in q.items if item.type == "rating" and item.criterion)
    return tuple(low)


def _is(q: Questionnaire, name: str, types: frozenset[str], what: str, path: str) -> Iterator[Fault]:
    item = q.by_id.get(name)
    if item is None:
        yield Fault(path, "unknown_id", {"id": name})
    elif item.type not in types or (item.role in {"breakdown", "quasi"} and what == "an answer") or item.role == "drop":
        yield Fault(path, "not_released_as", {"id": name, "what": what})


def _low_item(q: Questionnaire, name: str) -> Iterator[Fault]:
    path = "$.release.sensitive.low"
    yield from _is(q, name, frozenset({"rating"}), "a low rating", path)
    item = q.by_id.get(name)
    scale = q.scales.get(item.scale or "") if item else None
    if scale is not None and not scale.bottom_box:
        yield Fault(path, "no_bottom_box", {"id": name})


def _quasi(q: Questionnaire, quasi: Quasi) -> Iterator[Fault]:
    path = "$.release.quasi"
    if quasi.priority < 1:
        yield Fault(path, "priority_too_low", {"id": quasi.column})
    item = q.by_id.get(quasi.column)
    if item is None and quasi.column not in _COLUMNS:
        yield Fault(path, "unknown_id", {"id": quasi.column})
        return
    if item is not None and item.type != "single":
        yield Fault(path, "not_released_as", {"id": quasi.column, "what": "a column that tells people apart"})
    elif isinstance(quasi.hierarchy, str):
        if quasi.hierarchy != "service_tree" or quasi.column != "service":
            yield Fault(path, "not_released_as", {"id": quasi.column, "what": quasi.hierarchy})
    elif quasi.hierarchy is not None:
        yield from hierarchy_faults(path, quasi.column, quasi.hierarchy, item)


def simple_version(q: Questionnaire) -> Iterator[Fault]:
    """What has a rule and is released stands in both versions: where it is "not shown" must not tell who chose which."""
    for item in sheet.released_items(q) if q.offers_easy else ():
        if item.show_if is not None and not (item.easy or item.required):
            yield Fault("$.release.answers", "tells_simple_version", {"id": item.id})


def coarser_labels(q: Questionnaire) -> Iterator[Fault]:
    """Every label that people read in a release has words: those of an option, or its own."""
    for number, quasi in enumerate(q.release.quasi):
        item = q.by_id.get(quasi.column)
        worded = {*quasi.labels, *(option.value for option in (item.options if item else ()))}
        rows = quasi.hierarchy if isinstance(quasi.hierarchy, tuple) else ()
        for label in dict.fromkeys(label for row in rows for label in row[1:] if label not in {row[0], *worded}):
            yield Fault(f"$.release.quasi[{number}].labels", "label_without_words", {"label": label})


def hierarchy_faults(
    path: str, name: str, rows: tuple[tuple[str, ...], ...], item: Item | None = None
) -> Iterator[Fault]:
    """Every reason why a column can't be coarsened like this."""
    if len({len(row) for row in rows}) != 1 or not rows[0]:
        yield Fault(path, "hierarchy_uneven", {"id": name})
        return
    leaves = [row[0] for row in rows]
    options = {option.value for option in item.options} - {"pnts"} if item else set(leaves)
    if missing := sorted(options - set(leaves)):
        yield Fault(path, "hierarchy_incomplete", {"id": name, "missing": ", ".join(missing)})
    yield from _tree(path, name, rows)


def _tree(path: str, name: str, rows: tuple[tuple[str, ...], ...]) -> Iterator[Fault]:
    """A label stands for one set of leaves, on whatever level it is, and for nothing else."""
    under: dict[tuple[int, str], set[str]] = {}
    for row in rows:
        for level, label in enumerate(row):
            under.setdefault((level, label), set()).add(row[0])
    meanings: dict[str, set[frozenset[str]]] = {}
    for (_, label), leaves in under.items():
        meanings.setdefault(label, set()).add(frozenset(leaves))
    ambiguous = {label for label, sets in meanings.items() if len(sets) > 1}
    split = {row[level] for row in rows for level in range(1, len(row)) if _parents(rows, level, row[level - 1]) > 1}
    taken = _TAKEN & {label for row in rows for label in row}
    for label in sorted(ambiguous | split | taken):
        yield Fault(path, "hierarchy_not_a_tree", {"id": name, "label": label})


def _parents(rows: tuple[tuple[str, ...], ...], level: int, child: str) -> int:
    return len({row[level] for row in rows if row[level - 1] == child})
