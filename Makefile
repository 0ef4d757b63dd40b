# The house's front door. `make help` explains; every target works from a fresh clone with only Python 3.11+ and make present.
.DEFAULT_GOAL := help
SHELL := /bin/sh
MAKEFLAGS += --no-print-directory
PYTHON ?= python3
PY := .venv/bin/python

.PHONY: help setup demo test quick check bench mutants sim crash kills fuzz pictures clean

help: ## explain every target
	@sed -n 's/^\([a-z]*\):.*## /  make \1|/p' Makefile | awk -F'|' '{printf "%-16s %s\n", $$1, $$2}'

setup: ## make .venv with the project and its tools; as root also install the missing system parts
	@$(PYTHON) scripts/set_up.py

demo: setup ## central, hub, kiosk and a stand-in phone on this machine, with an invented store
	@$(PY) -m edge.cli demo

test: setup ## everything: make check, then every test in real processes and a real browser, then the wheel
	@$(PY) -m scripts.run_tests

quick: setup ## the fast half in at most two minutes: lint and the tests without browser, wheel and data
	@$(PY) -m scripts.check --quick
	@$(PY) -m scripts.run_tests --quick

check: setup ## format, lint, types, import contracts, dead code, house rules, documentation
	@$(PY) -m scripts.check

bench: setup ## every benchmark: the figure, the raw limit of the same run, the ratio, as JSON
	@$(PY) -m scripts.run_benchmarks

mutants: setup ## apply each known-bad edit to a copy of the tree; the tests named for it must fail
	@$(PY) -m tests.mutants.run

sim: setup ## play SEEDS=2000 days of the simulated shop from FIRST=1 on; SEED=4711 plays one and tells it
	@$(PY) -m scripts.run_sim $(if $(SEED),--seed $(SEED)) $(if $(SEEDS),--seeds $(SEEDS)) $(if $(FIRST),--first $(FIRST))

crash: setup ## cut the power at every call of recorded days and look at STATES=200000 of the disks that could be left
	@$(PY) -m tests.faults.crash_states.sweep $(or $(STATES),200000)

kills: setup ## pull the plug of a serving hub KILLS=2000 times under desks and a kiosk that go on pressing
	@$(PY) -m tests.faults.kills.campaign $(or $(KILLS),2000)

fuzz: setup ## let atheris loose on every reader of scans for SECONDS=60, shared among them
	@$(PY) -m tests.fuzz.run --seconds $(or $(SECONDS),60)

pictures: setup ## photograph every screen in ko and en at its real size
	@$(PY) -m scripts.pictures

clean: ## remove what was built; .venv and ./state stay
	@rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
	@find . -name '*.mo' -not -path './.venv/*' -exec rm -f {} +
