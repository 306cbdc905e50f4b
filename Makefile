# make demo   an environment in .venv, the core and three plugins, a transfer on gallery portraits
# make test   the tests, less those marked slow; make test-all: all of them
# make lint   ruff and mypy
# make docs   the links and the Python snippets of the Markdown files
#
# Every target can be run again at no cost. PYTHON picks the interpreter that .venv is made with.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
PACKAGES := -e . -e plugins/portraits -e plugins/hair -e plugins/clothing
TESTING := -e .[test,lint,clip] -e plugins/portraits -e plugins/hair -e plugins/clothing
PROJECTS := pyproject.toml $(wildcard plugins/*/pyproject.toml) constraints.txt

# Everything is resolved in one go, so that torch and torchvision fit each other.
ifneq ($(UV),)
MAKE_VENV := uv venv --quiet --allow-existing --python $(PYTHON) $(VENV)
INSTALL := uv pip install --quiet --python $(BIN)/python --constraint constraints.txt
else
MAKE_VENV := $(PYTHON) -m venv $(VENV)
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
endif

.PHONY: demo test test-all lint docs clean
.DEFAULT_GOAL := test

$(VENV)/.installed: $(PROJECTS)
	$(MAKE_VENV)
	$(INSTALL) $(PACKAGES)
	touch $@

$(VENV)/.testing: $(VENV)/.installed
	$(INSTALL) $(TESTING)
	touch $@

demo: $(VENV)/.installed
	$(BIN)/python -m styleforge_hair.demo

test: $(VENV)/.testing
	$(BIN)/python -m pytest -q -m "not slow"

test-all: $(VENV)/.testing
	$(BIN)/python -m pytest -q

lint: $(VENV)/.testing
	$(BIN)/ruff check .
	$(BIN)/mypy styleforge plugins/*/src/*

docs: $(VENV)/.testing
	$(BIN)/python -m pytest -q tests/test_docs.py

clean:
	rm -rf $(VENV) out .pytest_cache .ruff_cache .mypy_cache
