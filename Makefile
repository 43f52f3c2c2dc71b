# Every target sets up what it needs; `make` alone lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PY := .venv/bin/python
COVERING := $(addprefix tests/,assessments competency concurrency content rest web)
COVERED := */rules.py,*/states.py,*/policies.py,*/services.py,assessments/vignettes/kinds/*
export PORT RESET ONCE JSON WORKERS QUICK ONLY SIZE

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.ready ## create .venv from the hashed locks

demo: .venv/.ready ## tell the demo story and serve the site (RESET=1, ONCE=1, JSON=1, PORT=8000)
	@$(PY) -m config.demo

run: .venv/.ready ## web server, worker and beat, reloading (PORT=8000)
	@$(PY) -m config.processes

up: .venv/.ready ## the processes of docker-compose.yml without containers (WORKERS=2, PORT=8000)
	@$(PY) -m config.topology

worker: .venv/.ready ## one Celery worker for all queues
	@$(PY) -m celery -A config worker --queues=marking,bulk --concurrency=2

test: .venv/.ready ## run the whole test suite on its own throw-away services (ARGS="-k name")
	@$(PY) -m pytest --numprocesses=auto --maxprocesses=4 --dist=worksteal $(ARGS)

coverage: .venv/.ready ## every branch of rules, states, policies, services and item kinds is tested
	@$(PY) -m pytest --quiet --numprocesses=auto --maxprocesses=4 --cov --cov-report= $(COVERING) $(ARGS)
	@$(PY) -m coverage report --fail-under=100 --include='$(COVERED)'

soak: .venv/.ready ## the long tests, through killed workers too (ARGS="-k name", SIZE=200)
	@$(PY) -m pytest -m soak $(ARGS)

bench: .venv/.ready ## measure, as ratios within one run (QUICK=1, JSON=1, ONLY="journey queue")
	@$(PY) -m benchmarks

check: .venv/.ready ## ruff, mypy, import contracts, migrations, templates, deployment settings
	@.ci/check

fix: .venv/.ready ## repair what ruff can repair
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

diagrams: .venv/.ready ## write docs/reference/states.md from the transition tables
	@DJANGO_SETTINGS_MODULE=config.settings.test $(PY) -m config.diagrams

lock: ## pin the dependencies of pyproject.toml anew (needs uv)
	@requirements/lock.sh

clean: ## delete the environment, the services' data and all caches
	@if [ -x $(PY) ]; then $(PY) -m config.dev_services remove; fi
	@rm -rf .venv .run .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage staticfiles
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.ready: requirements/dev.txt requirements/services.txt requirements/setup.sh
	@requirements/setup.sh

.PHONY: help setup demo run up worker test coverage soak bench check fix diagrams lock clean
