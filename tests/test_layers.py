"""Who may import whom, no circles, and nothing imported inside a function without a reason."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OURS = ("surveyapp", "bots")
STDLIB = sys.stdlib_module_names

ALLOWED: dict[str, set[str]] = {
    "surveyapp.engine": {"msgspec"},
    "surveyapp.engine.documents": {"msgspec", "yaml"},
    "surveyapp.anonymise": {"numpy", "surveyapp.anonymise"},
    "surveyapp.anonymise.columns": {"surveyapp.anonymise", "surveyapp.engine"},
    "surveyapp.anonymise.policy": {"surveyapp.engine"},
    "surveyapp.anonymise.names": set(),
    "surveyapp.anonymise.places": set(),
    "surveyapp.anonymise.scrubbing": {"surveyapp.anonymise.names", "surveyapp.anonymise.places", "surveyapp.engine"},
    "surveyapp.anonymise.verifier": set(),
    "surveyapp.anonymise.writing": {"numpy", "surveyapp.anonymise", "surveyapp.engine"},
    "surveyapp.formats": {"surveyapp.engine", "surveyapp.formats"},
    "surveyapp.formats.parquet": {"pyarrow", "surveyapp.formats"},
    "surveyapp.formats.spss": {"polars", "pyreadstat", "surveyapp.formats"},
    "surveyapp.formats.workbook": {"surveyapp.formats", "xlsxwriter"},
    "surveyapp.store": {"sqlalchemy", "alembic", "msgspec", "surveyapp.store", "surveyapp.config"},
    "surveyapp.services": {
        "sqlalchemy",
        "msgspec",
        "yaml",
        "surveyapp.later",
        "surveyapp.engine",
        "surveyapp.formats",
        "surveyapp.store",
        "surveyapp.services",
        "surveyapp.config",
    },
    "surveyapp.services.clients": {
        "sqlalchemy",
        "surveyapp.anonymise.policy",
        "surveyapp.engine",
        "surveyapp.services",
        "surveyapp.store",
    },
    "surveyapp.services.codebooks": {"sqlalchemy", "surveyapp.anonymise", "surveyapp.engine", "surveyapp.store"},
    "surveyapp.services.drawing": {"surveyapp.anonymise", "surveyapp.services"},
    "surveyapp.services.frozen": {
        "sqlalchemy",
        "surveyapp.engine",
        "surveyapp.formats.data",
        "surveyapp.services",
        "surveyapp.store",
    },
    "surveyapp.services.gathering": {
        "sqlalchemy",
        "surveyapp.anonymise",
        "surveyapp.engine",
        "surveyapp.services",
        "surveyapp.store",
    },
    "surveyapp.services.openid": {"authlib", "joserfc"},
    "surveyapp.services.ciphers": {"cryptography"},
    "surveyapp.services.ceremonies": {"webauthn"},
    "surveyapp.services.reviewing": {
        "sqlalchemy",
        "surveyapp.later",
        "surveyapp.anonymise.scrubbing",
        "surveyapp.engine",
        "surveyapp.services",
        "surveyapp.store",
    },
    "surveyapp.services.reports": {"surveyapp.anonymise.policy", "surveyapp.engine"},
    "surveyapp.services.passwords": {"argon2", "surveyapp.services.refusals"},
    "surveyapp.services.policies": {
        "msgspec",
        "sqlalchemy",
        "surveyapp.anonymise",
        "surveyapp.engine",
        "surveyapp.services",
        "surveyapp.store",
    },
    "surveyapp.services.second_factors": {"pyotp", "sqlalchemy", "surveyapp.services", "surveyapp.store"},
    "surveyapp.web": {
        "flask",
        "flask_babel",
        "flask_wtf",
        "markupsafe",
        "segno",
        "werkzeug",
        "wtforms",
        "babel",
        "sqlalchemy",
        "surveyapp.engine",
        "surveyapp.formats",
        "surveyapp.services",
        "surveyapp.store.sessions",
        "surveyapp.web",
        "surveyapp.answers_in_words",
        "surveyapp.config",
        "surveyapp.languages",
        "surveyapp.later",
        "surveyapp.prompts_in_words",
        "surveyapp.reports_in_words",
        "surveyapp.serving",
        "surveyapp.traces",
        "surveyapp.wording",
    },
    "surveyapp.web.telegram": {"flask", "werkzeug", "bots.hooks", "bots.masking", "surveyapp.serving", "surveyapp.web"},
    "bots": {
        "click",
        "telegram",
        "sqlalchemy",
        "surveyapp.engine",
        "surveyapp.services",
        "surveyapp.store.sessions",
        "surveyapp.config",
        "surveyapp.holders",
        "surveyapp.languages",
        "surveyapp.prompts_in_words",
        "surveyapp.serving",
        "surveyapp.terminal",
        "surveyapp.traces",
        "surveyapp.wording",
        "bots",
    },
    "surveyapp.config": set(),
    "surveyapp.traces": set(),
    "surveyapp.languages": {"babel"},
    "surveyapp.wording": {"babel", "surveyapp.engine", "surveyapp.languages"},
    "surveyapp.answers_in_words": {"babel", "surveyapp.engine", "surveyapp.languages", "surveyapp.wording"},
    "surveyapp.phrases": {"surveyapp.wording"},
    "surveyapp.reports_in_words": {"babel", "jinja2", "surveyapp.languages", "surveyapp.wording"},
    "surveyapp.playing": {
        "click",
        "msgspec",
        "surveyapp.engine",
        "surveyapp.prompts_in_words",
        "surveyapp.services.library",
        "surveyapp.services.refusals",
        "surveyapp.terminal",
    },
    "surveyapp.prompts_in_words": {
        "surveyapp.answers_in_words",
        "surveyapp.engine",
        "surveyapp.languages",
        "surveyapp.phrases",
        "surveyapp.wording",
    },
    "surveyapp.release_commands": {
        "click",
        "surveyapp.reports_in_words",
        "surveyapp.services",
        "surveyapp.store",
        "surveyapp.terminal",
    },
    "surveyapp.serving": set(),
    "surveyapp.staff_commands": {"click", "sqlalchemy", "surveyapp.services", "surveyapp.store", "surveyapp.terminal"},
    "surveyapp.settle_commands": {
        "click",
        "sqlalchemy",
        "surveyapp.jobs",
        "surveyapp.services",
        "surveyapp.store",
        "surveyapp.terminal",
    },
    "surveyapp.holders": set(),
    "surveyapp.queues": {
        "huey",
        "psycopg",
        "sqlalchemy",
        "surveyapp.config",
        "surveyapp.services.refusals",
        "surveyapp.store.sessions",
    },
    "surveyapp.jobs": {
        "huey",
        "sqlalchemy",
        "surveyapp.config",
        "surveyapp.holders",
        "surveyapp.queues",
        "surveyapp.reports_in_words",
        "surveyapp.services",
        "surveyapp.store",
        "surveyapp.traces",
    },
    "surveyapp.terminal": {"click", "tqdm", "sqlalchemy", "surveyapp.services", "surveyapp.store", "surveyapp.config"},
    "surveyapp.processes": {"surveyapp.config", "surveyapp.store.migrating"},
    "surveyapp.links": {"segno", "surveyapp.services"},
    "surveyapp.export_commands": {"click", "surveyapp.services", "surveyapp.store", "surveyapp.terminal"},
    "surveyapp.cli": {
        "click",
        "surveyapp.export_commands",
        "surveyapp.playing",
        "bots.names",
        "surveyapp.links",
        "surveyapp.processes",
        "surveyapp.release_commands",
        "surveyapp.reports_in_words",
        "surveyapp.settle_commands",
        "surveyapp.staff_commands",
        "surveyapp.terminal",
        "tqdm",
        "sqlalchemy",
        "surveyapp.engine",
        "surveyapp.services",
        "surveyapp.store",
        "surveyapp.config",
        "surveyapp.serving",
    },
}
"""Package or module -> what it may import beside the standard library and, in the engine, the engine itself."""


def files() -> list[Path]:
    return sorted(file for name in OURS for file in (ROOT / name).rglob("*.py"))


def module_of(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(file: Path) -> Iterator[tuple[str, ast.stmt, bool]]:
    """(module, statement, inside a function) of every import; ``from a import b`` gives a.b where b is a module."""
    tree = ast.parse(file.read_text("utf-8"))
    inside = {
        id(node)
        for outer in ast.walk(tree)
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(outer)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node, id(node) in inside) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                is_module = (ROOT / full.replace(".", "/")).is_dir() or (
                    ROOT / (full.replace(".", "/") + ".py")
                ).is_file()
                yield (full if is_module else node.module), node, id(node) in inside


def allowed_for(module: str) -> set[str]:
    best = max((name for name in ALLOWED if module == name or module.startswith(name + ".")), key=len, default="")
    own = {"surveyapp.engine"} if module.startswith("surveyapp.engine") else set()
    return ALLOWED.get(best, set()) | own


@pytest.mark.parametrize("file", files(), ids=lambda file: str(file.relative_to(ROOT)))
def test_a_module_imports_only_what_its_layer_may(file: Path) -> None:
    module, may = module_of(file), allowed_for(module_of(file))
    for name, _, _ in imports(file):
        top = name.partition(".")[0]
        if top in STDLIB:
            continue
        assert any(name == each or name.startswith(each + ".") for each in may), f"{module} imports {name}"


@pytest.mark.parametrize("file", files(), ids=lambda file: str(file.relative_to(ROOT)))
def test_nothing_is_imported_inside_a_function(file: Path) -> None:
    source = file.read_text("utf-8").splitlines()
    for name, node, inside in imports(file):
        assert not inside or "#" in source[node.lineno - 1], (
            f"{file.name}:{node.lineno} imports {name} late and gives no reason"
        )


def test_there_are_no_circles() -> None:
    graph = {
        module_of(file): {name for name, _, inside in imports(file) if name.startswith("surveyapp") and not inside}
        for file in files()
    }
    done: set[str] = set()

    def visit(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, " -> ".join([*path[path.index(module) :], module])
        if module in done:
            return
        for each in graph.get(module, ()):
            visit(each, (*path, module))
        done.add(module)

    for module in graph:
        visit(module, ())


def test_the_engine_loads_neither_flask_nor_sqlalchemy() -> None:
    code = "import sys, surveyapp.engine.flow, surveyapp.engine.sheet; print(*sorted(sys.modules))"
    loaded = set(
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
        ).stdout.split()
    )
    assert not loaded & {"flask", "sqlalchemy", "babel", "yaml", "click"}


HEAVY = ("authlib", "cryptography", "huey", "joserfc", "numpy", "surveyapp.anonymise.names", "webauthn", "xlsxwriter")


def test_the_web_processes_begin_without() -> None:
    """numpy would add as much as all the rest, enciphering 8 MB, passkeys 7 MB: to workers that may never need it."""
    code = f"import sys, surveyapp.web.wsgi; print(*set({HEAVY}) & sys.modules.keys())"
    command = [sys.executable, "-c", code]
    assert subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout.split() == []
