# Every target sets up what it needs. Only git, make and Python 3.11+ (venv, pip) are assumed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: setup demo test check fix golden lint types contracts bench lock clean

setup: $(READY)

$(READY): requirements/dev.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Seawall needs Python 3.11 or newer, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(READY)

demo: setup  ## the main job on the example company
	$(BIN)/seawall check examples/contoso --fail-on never

test: setup lint types contracts  ## everything that must pass before a change lands
	$(BIN)/python -m pytest -n auto --dist worksteal

lint: setup
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .

types: setup
	$(BIN)/mypy --no-error-summary

contracts: setup
	$(BIN)/lint-imports --no-cache

fix: setup  ## format, and mend what can be mended by machine
	$(BIN)/ruff check --quiet --fix .
	$(BIN)/ruff format --quiet .

golden: setup  ## rewrite the golden answers and show what changed
	SEAWALL_REWRITE_GOLDEN=1 $(BIN)/python -m pytest -q tests/golden tests/shape/test_recorded_output.py || true
	git --no-pager diff --stat -- tests/golden docs/guide examples

bench: setup
	$(BIN)/python benchmarks/run.py

lock: setup  ## resolve the dependencies anew
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header --no-emit-index-url --python-version 3.11 --group dev --output-file requirements/dev.lock pyproject.toml

clean:
	rm -rf $(VENV)
