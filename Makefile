# Two commands are all a user needs: `make run` and `make test`. Everything else is for changing the program.
# PORT and FRONTDESK_DATA come from the environment (or as `make run PORT=9000`) and go straight through.

VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python

# The first Python here that is new enough; `make run PYTHON=/path/to/python` overrides.
PYTHON ?= $(shell sh tools/venv.sh python)

# .venv knows the folder it was built for: moved along with its folder, it is built anew.
BUILT_FOR := $(shell [ -x $(PY) ] && cat $(VENV)/.built-for 2>/dev/null)
RUN := $(VENV)/.run-installed
DEV := $(VENV)/.dev-installed
ifneq ($(BUILT_FOR),$(CURDIR))
.PHONY: $(RUN) $(DEV)
endif

.PHONY: help run test test-wordpress install check browser drills floors bench fix lock ui ui-check

help:
	@echo "make run      start Frontdesk with the demo on http://127.0.0.1:8000 (PORT, FRONTDESK_DATA)"
	@echo "make test     run the tests"
	@echo "make install  set up .venv and start nothing (for a service)"
	@echo "make check    linters, types, imports between rooms, generated pages, pinned requirements"
	@echo "make browser  the tests that need a browser"
	@echo "make test-wordpress  the plug-in on a real WordPress (needs Debian's packages and a browser)"
	@echo "make drills   the long fault drills, and properties on every example"
	@echo "make floors   how well texts are understood (BENCH_DATA: the folder with the texts)"
	@echo "make bench    the benchmarks, one line each"
	@echo "make ui       build the inbox anew (needs node 20 or newer)"
	@echo "make ui-check the inbox's types and tests, and that a build makes the same files (needs node)"
	@echo "make fix      what linter and formatter can mend by themselves"
	@echo "make lock     pin the requirements anew (needs uv)"

run: $(RUN)
	@$(BIN)/frontdesk up --demo

test: $(DEV)
	@$(PY) -m pytest -n auto --maxprocesses 4 --dist worksteal

# A service may not write beside the program, so its bytecode is made here.
install: $(RUN)
	@$(PY) -m compileall -q src

check: $(DEV)
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --quiet --check
	@$(PY) -m mypy --no-error-summary
	@said=$$($(BIN)/lint-imports 2>&1) || { echo "$$said"; exit 1; }
	@$(PY) -m tools.lint
	@$(PY) tools/gen_docs.py --check
	@$(PY) -m tools.gen_schemas --check
	@$(PY) -m tools.gen_clients --check
	@$(PY) tools/requirements_fresh.py
	@$(PY) -m tools.ui_built
	@echo "All checks passed."

browser: $(DEV)
	@sh tools/chromium.sh
	@sh tools/rasa_clients.sh $(PY)
	@$(PY) -m pytest -m browser tests/browser

test-wordpress: $(DEV)
	@sh tools/wordpress.sh
	@sh tools/chromium.sh
	@$(PY) -m pytest -m wordpress tests/wordpress

drills: $(DEV)
	@$(PY) -m pytest -m drill tests
	@EXAMPLES=all $(PY) -m pytest -m "hypothesis and not drill and not browser" tests

floors: $(DEV)
	@$(PY) -m pytest -m slow tests/floors

bench: $(RUN)
	@$(PY) -m bench

fix: $(DEV)
	@$(BIN)/ruff check --quiet --fix
	@$(BIN)/ruff format --quiet

# Where a registry is slow or not there, this gives up instead of waiting for it.
NPM := npm --prefix ui --no-fund --no-audit --no-update-notifier
NPM_CI := $(NPM) ci --silent --fetch-retries=0

ui/node_modules: ui/package-lock.json
	@timeout 120 $(NPM_CI)
	@touch ui/node_modules

ui: ui/node_modules
	@$(NPM) run --silent build

ui-check: ui/node_modules
	@$(NPM) run --silent check
	@$(NPM) run --silent test

UV ?= uv
LOCK := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --extra semantic pyproject.toml

lock:
	@command -v $(UV) >/dev/null || { echo "make lock needs uv (https://docs.astral.sh/uv); say where it is with UV=..."; exit 2; }
	@$(LOCK) --group build -o requirements/run.txt
	@$(LOCK) --group build --group dev -c requirements/run.txt -o requirements/dev.txt

$(RUN): requirements/run.txt pyproject.toml
	@sh tools/venv.sh install "$(PYTHON)" $(VENV) requirements/run.txt
	@touch $(RUN)

# What the tests need includes what running needs, at the same versions.
$(DEV): requirements/dev.txt requirements/run.txt pyproject.toml
	@sh tools/venv.sh install "$(PYTHON)" $(VENV) requirements/dev.txt
	@touch $(RUN) $(DEV)
