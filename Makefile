# Dateline: `make chat` opens the window, `make test` checks everything.
PYTHON ?= python3
MODEL ?=
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: chat mcp test setup install install-dev weights lock check gate baseline pictures clean

chat: install weights
	@$(if $(MODEL),DATELINE_MODEL=$(MODEL)) $(BIN)/dateline chat

test: install-dev weights
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile

check: install-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The seeds' question set, answered without a language model, against the committed figures.
gate: install-dev weights
	$(BIN)/python -m evals.gate

baseline: install-dev weights
	$(BIN)/python -m evals.gate --write-baseline

# Pictures of the window's states, into docs/states/; look at them.
pictures: install-dev weights
	$(BIN)/python -m tests.pictures

# What `dateline mcp` needs beside the rest.
mcp: install weights
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/mcp.txt

setup: install weights
	@$(BIN)/dateline index

install: $(VENV)/.run-installed
install-dev: $(VENV)/.dev-installed
weights: install
	@$(BIN)/dateline models fetch embedding reranking

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Dateline needs Python 3.11 or newer: try  make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run-installed: requirements/run.txt pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev-installed: requirements/dev.txt $(VENV)/.run-installed
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $@

# Needs uv. Every hash of every platform, and no address of any registry.
lock:
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --quiet -o requirements/run.txt requirements/build.in
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --quiet -c requirements/run.txt -o requirements/dev.txt
	uv pip compile requirements/llm-build.in --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --quiet -c requirements/run.txt -o requirements/llm-build.txt
	uv pip compile pyproject.toml --extra llm --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --quiet -c requirements/run.txt -o requirements/llm.txt
	uv pip compile pyproject.toml --extra mcp --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --quiet -c requirements/run.txt -o requirements/mcp.txt

clean:
	rm -rf $(VENV) .dateline
