# `make` alone lists the verbs. Nothing has to be installed but Python 3.11 or newer and make.
.DEFAULT_GOAL := help
.PHONY: help run test drills check fix lighthouse lock messages clean
MAKEFLAGS += --no-print-directory
# What Python compiles is kept, whatever the machine is set to: else each of a hundred processes compiles the project anew.
export PYTHONDONTWRITEBYTECODE =
PYTHON ?= python3
BIN := .venv/bin
UV := $(BIN)/uv
UV_VERSION := 0.13.9

help: # not listed
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 18

run: .venv/installed-run ## a whole shop with demonstration content on http://127.0.0.1:8000 (PORT changes it)
	@exec $(BIN)/python manage.py serve

# Three at a time keep two cores busy, whatever browsers and drills wait for. The longest begin, the shortest end.
TESTS := test-postgresql test-journeys test-drills test-pages test-sqlite test-fuzz test-faults test-hostile test-machine
.PHONY: $(TESTS)

test: .venv/installed-dev ## every test on SQLite, the domain's on PostgreSQL too, journeys in Chromium, samples of the drills
	@echo "Three at a time, each shown when it is done: $(TESTS)"
	@.ci/pango; CHROMIUM=$$(.ci/chromium) || exit 1; export CHROMIUM; \
		$(BIN)/python -m tests.migrated $(MAKE) --jobs=3 --keep-going --output-sync=target $(TESTS)

ON_SQLITE := env -u DATABASE_URL $(BIN)/python -m pytest
OF_THEIR_OWN := fuzz hostile journeys machine pages

test-sqlite:
	@$(ON_SQLITE) -m "not postgres" $(OF_THEIR_OWN:%=--ignore tests/%)

test-pages:
	@$(ON_SQLITE) tests/pages

test-machine:
	@$(ON_SQLITE) tests/machine

test-journeys:
	@$(ON_SQLITE) tests/journeys

test-hostile: # by itself: with a server beside it, a test empties the tables that others have filled
	@$(ON_SQLITE) tests/hostile

test-postgresql:
	@$(BIN)/python -m tests.postgres -m "domain or postgres" tests/catalog tests/cms tests/machine tests/store

test-fuzz:
	@$(BIN)/python -m tests.postgres tests/fuzz

test-drills:
	@$(BIN)/python -m tests.drills --small --seed 1

test-faults:
	@$(BIN)/python -m tests.faults

drills: .venv/installed-dev ## hold every drill in full, with whole runs of the machine and the fuzz, and write docs/drills.md (some hours)
	@$(BIN)/python -m tests.drills --report docs/drills.md

CHECKS := check-format check-lint check-templates check-types check-layers check-migrations check-messages
.PHONY: $(CHECKS)

check: .venv/installed-dev ## format, lint, templates, types, layers, migrations, translations
	@$(MAKE) --jobs=2 --keep-going --output-sync=target $(CHECKS)

check-format:
	$(BIN)/ruff format --check --output-format concise .

check-lint:
	$(BIN)/ruff check --output-format concise .

check-templates:
	find templates -name '*.html' | xargs $(BIN)/djade --check

check-types:
	$(BIN)/mypy

check-layers:
	$(BIN)/lint-imports --no-logo

check-migrations:
	DATABASE_URL=sqlite://:memory: $(BIN)/python manage.py makemigrations --check --dry-run --settings store.settings.test

check-messages:
	$(BIN)/python manage.py check_messages --settings store.settings.test

fix: .venv/installed-dev ## format Python and templates, repair what a program can repair
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	find templates -name '*.html' | xargs $(BIN)/djade

lighthouse: .venv/installed-dev ## what Lighthouse says of each kind of page, medians of 5, beside a page of few words (half an hour; needs npm and Chromium)
	@CHROMIUM=$$(.ci/chromium chromium) || exit 1; export CHROMIUM; env -u DATABASE_URL $(BIN)/python -m tests.lighthouse

lock: .venv/installed-uv ## pin requirements.in and requirements-dev.in anew, with hashes
	$(UV) pip compile -q --generate-hashes --no-header --no-annotate --python-version 3.11 --universal requirements.in -o requirements.txt
	$(UV) pip compile -q --generate-hashes --no-header --no-annotate --python-version 3.11 --universal requirements-dev.in -c requirements.txt -o requirements-dev.txt

messages: .venv/installed-dev ## gather the texts to translate and compile the translations (needs gettext)
	$(BIN)/python manage.py makemessages --locale fr --locale ar --no-obsolete --no-wrap --add-location file \
		--ignore '.venv' --ignore 'var' --ignore 'tests'
	$(BIN)/python manage.py compilemessages --locale fr --locale ar --ignore '.venv'

clean: ## forget the environment, the local shop and everything generated
	rm -rf .venv var test-results .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

# -- The environment. Each stamp lies in it and goes with it. ----------------------------------------------------------

.venv/installed-uv:
	@$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "Twiza needs Python 3.11 or newer; PYTHON=python3.12 make … chooses one.")'
	@echo "Making .venv"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@touch $@

.venv/installed-run: requirements.txt | .venv/installed-uv
	@echo "Installing what the shop runs on"
	@$(UV) pip install --quiet --require-hashes -r requirements.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt | .venv/installed-uv
	@echo "Installing what the checks and the tests need"
	@$(UV) pip install --quiet --require-hashes -r requirements-dev.txt
	@touch $@
