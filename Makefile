# The targets of Agent Desk. `make help` prints this list.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run test check bench bench-feed bench-desks bench-sync bench-webhooks bench-money days pictures reference lock clean ready-run ready-dev format types contracts quick-tests simulate simulate-mutants simulate-nightly
.NOTPARALLEL:

BIN := .venv/bin
CODE := $(wildcard src tests benchmarks packaging)
# A journey drives a whole window and both programs: it gets the machine for itself.
JOURNEYS := tests/journeys tests/simulation
COVERAGE := .cache/coverage
HEADING = @printf '\n== %s\n'
export QT_API := pyside6

help: ## print this list
	@grep -E '^[a-z-]+:.*## ' $(firstword $(MAKEFILE_LIST)) | sed -E 's/^([a-z-]+):.*## (.*)/\1\t\2/' | expand -t 12

run: ready-run ## set up what is missing, then play the demo: central, sandbox and a desk on this machine
	@$(BIN)/agent-desk demo

test: ready-dev ## everything that must hold: check, all tests, journeys, coverage floors
	@$(MAKE) --no-print-directory format types contracts
	$(HEADING) "tests"
	@rm -rf $(COVERAGE) && mkdir -p $(COVERAGE)
	@COVERAGE_FILE=$(CURDIR)/$(COVERAGE)/tests QT_QPA_PLATFORM=offscreen $(BIN)/pytest -q -n 2 --dist loadgroup \
		--cov --cov-report= $(addprefix --ignore=,$(JOURNEYS))
	@for part in $(JOURNEYS); do \
		[ -d $$part ] || continue; \
		printf '\n== %s\n' "$$part"; \
		COVERAGE_FILE=$(CURDIR)/$(COVERAGE)/$${part##*/} QT_QPA_PLATFORM=offscreen $(BIN)/pytest -q --cov --cov-report= $$part; \
	done
	$(HEADING) "coverage"
	@cd $(COVERAGE) && ../../$(BIN)/coverage combine -q --rcfile=../../pyproject.toml --data-file=all *
	@$(BIN)/coverage json -q --data-file=$(COVERAGE)/all -o $(COVERAGE)/report.json
	@$(BIN)/python packaging/coverage_floor.py $(COVERAGE)/report.json

check: ready-dev format types contracts quick-tests ## format, lint, types, import contracts, ratchets, unit tests: under a minute

format:
	$(HEADING) "format and lint"
	@$(BIN)/ruff format --check --quiet $(CODE) || { $(BIN)/ruff format --check $(CODE); exit 1; }
	@$(BIN)/ruff check --quiet $(CODE)

types:
	$(HEADING) "types"
	@$(BIN)/mypy

contracts:
	$(HEADING) "import contracts"
	@$(BIN)/lint-imports --no-logo

quick-tests:
	$(HEADING) "ratchets and unit tests"
	@QT_QPA_PLATFORM=offscreen $(BIN)/pytest -q -n 2 -m "not slow and not screen" $(addprefix --ignore=,$(JOURNEYS))

LAYER ?= A
SEED ?= 1
RUNS ?= 1000
STEPS ?= 40
MINUTES ?= 60
simulate: ready-dev ## desks and central under every fault, from a seed (LAYER=A SEED=1 RUNS=1000 STEPS=40)
	@$(BIN)/python -m tests.simulation.simulate sweep $(LAYER) $(SEED) $(RUNS) $(STEPS)

simulate-mutants: ready-dev ## every protection taken away by itself: how long until it is missed (WORDS=lease)
	@$(BIN)/python -m tests.simulation.simulate mutants "$(WORDS)"

simulate-nightly: ready-dev ## the simulation from random seeds for an hour (MINUTES=60)
	@$(BIN)/python -m tests.simulation.simulate watch $(MINUTES)

bench: ready-dev ## what is claimed about speed, each figure beside its limit (ARGS="--quick --only start")
	@$(BIN)/python -m benchmarks.run $(ARGS)

bench-feed: ready-dev ## sixteen writers against a reader, by the statement and through two central processes (SECONDS=60)
	@$(BIN)/python -m benchmarks.feeding $(SECONDS)

bench-desks: ready-dev ## a thousand desks on one central: memory, orders, the return after a restart (ARGS="--desks 200")
	@$(BIN)/python -m benchmarks.desks $(ARGS)

bench-sync: ready-dev ## the same documents synced by us, PouchDB and Anki, near and 300 ms away (ARGS="--alone")
	@$(BIN)/python -m benchmarks.syncing $(ARGS)

bench-webhooks: ready-dev ## a thousand events of a provider a minute: how soon each is durably kept and acknowledged (SECONDS=60)
	@$(BIN)/python -m benchmarks.webhooks $(SECONDS)

bench-money: ready-dev ## a cash sale from the key to the receipt's bytes, captures a second, each beside its limit (ARGS="--quick")
	@$(BIN)/python -m benchmarks.run --only money $(ARGS)

days: ready-dev ## play 100 000 days of sales, refunds and till moves by chance: ledger, tills and rounding add up (DAYS=1000)
	@$(BIN)/python -m tests.domain.days $(or $(DAYS),100000)

pictures: ready-dev ## draw the README's screenshots again
	@$(BIN)/agent-desk tour docs/pictures

reference: ready-dev ## write docs/reference again from the program
	@$(BIN)/python packaging/reference.py

lock: ready-dev ## write the locks again from pyproject.toml (UPGRADE=1 takes newer versions)
	@$(BIN)/python packaging/lock.py $(if $(UPGRADE),--upgrade)

clean: ## remove what was built, measured and cached (not .venv)
	@rm -rf .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist .coverage*
	@find src tests benchmarks packaging -name __pycache__ -type d -prune -exec rm -rf {} +

ready-run:
	@bash packaging/set_up.sh run

ready-dev:
	@bash packaging/set_up.sh dev
