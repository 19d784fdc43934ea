# The seven words to know. `make` alone says what they do.
.DEFAULT_GOAL := help
.PHONY: help setup demo test proof check bench docs lock
PYTHON := .venv/bin/python
WORKERS ?= 2

help:
	@echo "make setup   make .venv with everything in it (the other words do it too)"
	@echo "make demo    start Liaison with an invented world on this machine"
	@echo "make test    run every test"
	@echo "make proof   run every test that has a budget with a large one (up to half an hour)"
	@echo "make check   format, lint, types, architecture, messages, secrets, licences"
	@echo "make bench   answer the questions in benchmarks/"
	@echo "make docs    build the documents into docs/_build"

setup:
	@tools/setup.sh

demo: setup
	@.venv/bin/liaison demo

test: setup
	@$(PYTHON) -m pytest -n $(WORKERS) --dist loadgroup

proof: setup
	@LIAISON_PROOF=1 $(PYTHON) -m pytest -n $(WORKERS) --dist loadgroup

check: setup
	@tools/check.sh

bench: setup
	@set -e; for question in benchmarks/*/run.py; do [ -e "$$question" ] || continue; echo "== $$question"; $(PYTHON) "$$question"; done

docs: setup
	@$(PYTHON) -m sphinx -W --keep-going -q -b html docs docs/_build/html
	@echo "docs/_build/html/index.html"

# Needs a package index: writes the pinned versions and hashes, and no address.
lock: setup
	@for set in run dev bench uv; do .venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header requirements/$$set.in -o requirements/$$set.txt; done
