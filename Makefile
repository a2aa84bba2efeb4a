# Everything a fresh machine needs is made by the first target that needs it: its own environment in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q

.PHONY: run test check bench bench-quality bench-ui torture refresh clean

run: $(VENV)/ready
	@$(BIN)/python -m matcher app

test: $(VENV)/ready-dev
	@$(BIN)/python -m pytest -n 2 --no-loadscope-reorder

check: $(VENV)/ready-dev
	@$(BIN)/ruff format --check matcher tests app.py
	@$(BIN)/ruff check matcher tests app.py
	@$(BIN)/mypy

bench: $(VENV)/ready-dev
	@$(BIN)/python -m tests.bench

bench-quality: $(VENV)/ready-dev
	@$(BIN)/python -m tests.bench.quality

bench-ui: $(VENV)/ready-dev
	@$(BIN)/python -m tests.bench.pages

torture: $(VENV)/ready-dev
	@$(BIN)/python -m tests.torture

refresh: $(VENV)/ready
	@$(BIN)/python -m matcher refresh

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@echo "Making the environment in $(VENV) …"
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install -U "pip>=25.1"

$(VENV)/ready: $(VENV)/bin/python pyproject.toml
	@echo "Installing (about two minutes the first time) …"
	@$(PIP) install -e .
	@touch $@

$(VENV)/ready-dev: $(VENV)/bin/python pyproject.toml
	@echo "Installing with what the tests need …"
	@$(PIP) install -e . --group dev
	@touch $(VENV)/ready $@

clean:
	rm -rf $(VENV) dist build
