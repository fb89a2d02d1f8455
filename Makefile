# Every target makes what it needs; a second run is quick.
PORT ?= 8000
# Debian's own Python is built with more optimisation than one that was compiled by hand: half as fast again.
PYTHON ?= $(shell /usr/bin/python3 -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo /usr/bin/python3 || echo python3)
VENV := .venv
BIN := $(VENV)/bin
# Half of the suite waits for a disk, a page or a chat, so four work on two cores, each on whole files, dearest first.
SHARED := -p no:cacheprovider -n 4 --dist loadfile --no-loadscope-reorder
PIP := $(BIN)/pip --disable-pip-version-check --quiet

.PHONY: demo test lint types translations catalogues bench soak lock system

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements/runtime.txt pyproject.toml | $(BIN)/python
	$(PIP) install --require-hashes -r requirements/runtime.txt
	$(PIP) install --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.tested: requirements/test.txt requirements/runtime.txt pyproject.toml | $(BIN)/python
	$(PIP) install --require-hashes -r requirements/test.txt
	$(PIP) install --no-deps --no-build-isolation -e .
	touch $@ $(VENV)/.installed

demo: $(VENV)/.installed
	$(BIN)/surveyapp demo --port $(PORT)

system:
	@bash .ci/system

test: $(VENV)/.tested system
	$(BIN)/python -m pytest $(SHARED)

soak: $(VENV)/.tested system
	$(BIN)/python -m pytest $(SHARED) -m "soak or not soak"

lint: $(VENV)/.tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.tested
	$(BIN)/mypy

translations: catalogues
	$(BIN)/python -m pytest -q tests/languages

# Unwrapped and without the time, so that a catalogue in which nothing is new stays as it is, byte by byte.
catalogues: $(VENV)/.tested
	$(BIN)/pybabel -q extract -F pyproject.toml -k N_ --add-comments=TRANSLATORS: --add-location=file --sort-by-file --no-wrap \
	  --project=surveyapp --version=0.1 --copyright-holder="the surveyapp developers" -o translations/messages.pot .
	sed -i '/^"POT-Creation-Date/d' translations/messages.pot
	$(BIN)/pybabel -q update -i translations/messages.pot -d translations --no-wrap --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date

bench: $(VENV)/.tested
	$(BIN)/python -m benchmarks

lock: $(VENV)/.tested
	$(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --output-file requirements/runtime.txt --constraint requirements/build.in pyproject.toml requirements/build.in
	$(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --extra test --extra dev --constraint requirements/runtime.txt --output-file requirements/test.txt pyproject.toml
