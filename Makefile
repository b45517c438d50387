# Tenki. `make help` lists the targets.

SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
ROOMS := config forms ocr robots cases savings desk rehearsal flows

# Nothing leaves the building (design, law 7).
export DO_NOT_TRACK := 1
export PREFECT_SERVER_ANALYTICS_ENABLED := false

.DEFAULT_GOAL := help
.PHONY: help setup setup-test demo test check format proof bench writers bundle lock clean

help:  ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup:  ## install what is missing: Debian packages, virtual environment
	@$(PYTHON) scripts/setup

setup-test:
	@$(PYTHON) scripts/setup --test

demo: setup  ## the main job end to end on the shipped sheets, against the rehearsal target
	@$(BIN)/tenki demo

test: setup-test check  ## lint, types, walls and all tests but the long proofs
	@$(BIN)/pytest -n 2 --dist loadfile -m "not proof"

check: setup-test  ## lint, format, types, walls between the rooms
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

format: setup-test  ## rewrite the files in the house's layout
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

proof: setup-test  ## long proofs: kills, leaks, volume
	@$(BIN)/pytest -m proof

bench: setup-test  ## a benchmark: make bench NAME=reading
	@test -n "$(NAME)" || { echo "make bench NAME=…, one of:"; ls benchmarks | sed 's/\.py$$//' | grep -vE "^__|^results"; exit 2; }
	@$(BIN)/python -m benchmarks.$(NAME)

writers:  ## install handwriting to train and to measure with, into var/writers (400 MB)
	@$(PYTHON) scripts/setup --writers

bundle: setup  ## one archive for a machine without a network, into var/bundle (760 MB)
	@$(BIN)/python scripts/bundle

# Made with pip-tools in an environment of its own, so that they do not end up among what they pin.
lock:  ## pin requirements.in again
	@$(PYTHON) scripts/lock

clean:  ## remove the virtual environment, the caches and the demo's data (never the rest of var/)
	@rm -rf .venv var/demo build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis *.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
