"""Short programs in R and for SPSS that read the files of a zip and print the first table of its report: groups by size."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from surveyapp.formats.data import Data
from surveyapp.formats.package import data_file
from surveyapp.formats.variables import Variable, variables

SIZES = (1, 5, 10, 20, 50, 100)
"""Where bands of sizes of groups begin, as in the report."""


def bands() -> list[str]:
    """The bands in words: "5-9", "100+"."""
    return [f"{first}-{end - 1}" for first, end in pairwise(SIZES)] + [f"{SIZES[-1]}+"]


def for_r(data: Data, language: str) -> bytes:
    """``start.R``: base R alone."""
    columns = variables(data, language)
    groups = ", ".join(f'"{column.name}"' for column in columns if column.quasi)
    counted = "" if data.profile == "analyst" else "counted <- responses[responses$column == responses$column[1], ]\n"
    rows = "responses" if data.profile == "analyst" else "counted"
    people = f"rep(1, nrow({rows}))" if data.profile == "analyst" else "as.numeric(counted$n)"
    starts = ", ".join(map(str, SIZES))
    names = ", ".join(f'"{band}"' for band in bands())
    return f"""# {_line(data.title(language))}
text <- list(colClasses = "character", encoding = "UTF-8", check.names = FALSE, na.strings = character(0))
responses <- do.call(read.csv, c("{data_file(data)}", text))
codebook <- do.call(read.csv, c("codebook.csv", text))

# Codes as labels; missing answers and * have labels too: codebook$missing is 1 for them.
labelled <- responses
for (name in names(responses)) {{
  codes <- codebook[codebook$column == name & codebook$code != "", ]
  if (nrow(codes) > 0) labelled[[name]] <- factor(responses[[name]], codes$code, codes$label_{language})
}}

# Groups by size: the first table of the report.
{counted}group <- do.call(paste, c({rows}[c({groups})], list(rep("", nrow({rows})), sep = "|")))
size <- tapply({people}, group, sum)
band <- cut(size, c({starts}, Inf), right = FALSE, labels = c({names}))
shown <- data.frame(groups = as.vector(table(band)), people = as.vector(tapply(size, band, sum)), row.names = levels(band))
print(shown[shown$groups > 0, ])
""".encode()


def for_spss(data: Data, language: str) -> bytes:
    """``start.sps``: for SPSS and PSPP."""
    columns = variables(data, language)
    return "\n".join([*_read(data, columns), *_labels(columns), *_by_size(data, columns), ""]).encode()


def _line(text: str) -> str:
    return " ".join(text.split())


def _quoted(text: str) -> str:
    return "'" + _line(text).replace("'", "''") + "'"


def _read(data: Data, columns: Sequence[Variable]) -> Iterator[str]:
    yield "SET DECIMAL=DOT."
    yield f"GET DATA /TYPE=TXT /FILE='{data_file(data)}' /ENCODING='UTF8' /ARRANGEMENT=DELIMITED"
    yield "  /DELIMITERS=',' /QUALIFIER='\"' /FIRSTCASE=2 /VARIABLES="
    for column in columns:
        longest = max((len(code) for code in column.labels), default=80)
        yield f"  {column.name} {'F8.0' if column.numeric else f'A{longest}'}"
    yield "  ."


def _labels(columns: Sequence[Variable]) -> Iterator[str]:
    for column in columns:
        yield f"VARIABLE LABELS {column.name} {_quoted(column.label)}."
        if column.labels:
            yield f"VALUE LABELS {column.name}"
            yield from (
                f"  {code if column.numeric else _quoted(code)} {_quoted(label)}"
                for code, label in column.labels.items()
            )
            yield "  ."
        if column.labels and column.numeric:
            yield f"MISSING VALUES {column.name} (-9 THRU -4)."


def _by_size(data: Data, columns: Sequence[Variable]) -> Iterator[str]:
    groups = " ".join(column.name for column in columns if column.quasi) or "all_people"
    yield "* Groups by size: the first table of the report."
    if groups == "all_people":
        yield "COMPUTE all_people = 1."
    if data.profile == "public":
        first = next(data.rows())[data.columns.index("column")]
        yield f"SELECT IF column = '{first}'."
    people = "N" if data.profile == "analyst" else "SUM(n)"
    yield f"AGGREGATE OUTFILE=* /BREAK={groups} /people={people}."
    yield "STRING band (A8)."
    yield from (f"IF people >= {start} band = '{band}'." for start, band in zip(SIZES, bands(), strict=True))
    yield "AGGREGATE OUTFILE=* /BREAK=band /first=MIN(people) /groups=N /people=SUM(people)."
    yield "FORMATS groups people (F8.0)."
    yield "SORT CASES BY first."
    yield "LIST VARIABLES=band groups people."
