# `make help` lists what there is. Every target creates .venv from requirements.lock when it is missing or older.

SHELL := /bin/sh
BIN := .venv/bin
READY := .venv/.installed
SWEEP_SHARE ?= 0.02
# A process per core; the tests of one file stay together and share what they prepare. In the order of the folders the
# quick ones come last, so that no core waits for the other's last long file.
PARALLEL ?= -n auto --dist loadfile --no-loadscope-reorder
LINT_WORK := target/lint
# Most staging models are one macro call that compiles to hundreds of lines: minutes of linting generated text.
LINTED_SQL := dbt_project/models/intermediate dbt_project/models/marts dbt_project/tests \
	$(shell grep -LE 'stage_stripe' dbt_project/models/staging/*/*.sql)
.DEFAULT_GOAL := help
.PHONY: help run test test-fast sweep bench lint format sample clean lock

help: ## what there is
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):.*## /\1 /' | awk '{t=$$1; $$1=""; printf "  make %-10s %s\n", t, $$0}'

run: $(READY) ## receive, load, build, gate and publish data/sample
	@$(BIN)/tieout run

test: $(READY) ## every test but the nightly ones; of the long sweeps a seeded fiftieth (SWEEP_SHARE=0.02)
	@SWEEP_SHARE=$(SWEEP_SHARE) $(BIN)/python -m pytest -q $(PARALLEL) -m "not nightly"

test-fast: $(READY) ## the tests without dbt, Dagster and sweeps; a minute or three
	@$(BIN)/python -m pytest -q $(PARALLEL) -m "not slow and not sweep"

sweep: $(READY) ## what is for the night: kill -9, full disks, readers, tampering, books of twenty companies, in full
	@SWEEP_SHARE=1 $(BIN)/python -m pytest -q -m "sweep or nightly"

bench: $(READY) ## time and memory at 1 and 10 million transactions, against the floor
	@$(BIN)/python -m tests.bench.run
	@$(BIN)/python -m tests.bench.ledger
	@$(BIN)/python -m tests.bench.matching
	@$(BIN)/python -m tests.bench.payouts
	@$(BIN)/python -m tests.bench.revenue
	@$(BIN)/python -m tests.bench.subscriptions

lint: $(READY) ## ruff, mypy strict, sqlfluff on what dbt compiles
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy --no-error-summary
	@mkdir -p $(LINT_WORK)
	@$(BIN)/python -c "import duckdb; duckdb.connect('$(LINT_WORK)/raw.duckdb').close()"
	@TIEOUT_RAW_DB=$(LINT_WORK)/raw.duckdb TIEOUT_CANDIDATE_DB=$(LINT_WORK)/tieout.duckdb \
		$(BIN)/sqlfluff lint --disable-progress-bar --nocolor $(LINTED_SQL)
	@echo "lint: nothing to say"

format: $(READY) ## let ruff put Python into shape
	@$(BIN)/ruff check --quiet --fix . || true
	@$(BIN)/ruff format --quiet .

sample: $(READY) ## simulate data/sample again (the same rows every time)
	@$(BIN)/tieout simulate --out data/sample --customers 1150 --accounts 8 --format sigma-csv-gz

lock: ## pin every dependency again (needs uv)
	@uv pip compile --quiet --universal --generate-hashes --no-strip-extras --python-version 3.11 --extra dev \
		pyproject.toml -o requirements.lock

clean: ## remove what building and testing leave; data/workspace and .venv stay
	@rm -rf target logs .bench .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find orchestration tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): requirements.lock pyproject.toml
	@supported='import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'; \
	if ! .venv/bin/python -c "$$supported" 2>/dev/null; then \
		found=; \
		for candidate in $(PYTHON) python3.13 python3.12 python3.11 python3 python; do \
			if "$$candidate" -c "$$supported" 2>/dev/null; then found=$$candidate; break; fi; \
		done; \
		if [ -z "$$found" ]; then \
			echo "tieout needs Python 3.11, 3.12 or 3.13, and none of them is on PATH." >&2; \
			echo "Install one, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12" >&2; \
			exit 2; \
		fi; \
		echo "creating .venv with $$("$$found" --version)"; \
		rm -rf .venv; \
		if command -v uv >/dev/null 2>&1; then uv venv --quiet --python "$$("$$found" -c 'import sys; print(sys.executable)')" .venv; \
		else "$$found" -m venv .venv; fi || exit 1; \
	fi
	@echo "installing requirements.lock"
	@if command -v uv >/dev/null 2>&1; then \
		uv pip install --quiet --compile-bytecode --python .venv/bin/python --require-hashes --only-binary :all: -r requirements.lock && \
		uv pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation -e .; \
	else \
		{ .venv/bin/python -m pip --version >/dev/null 2>&1 || .venv/bin/python -m ensurepip >/dev/null; } && \
		.venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes --only-binary :all: \
			-r requirements.lock && \
		.venv/bin/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .; \
	fi
	@touch $(READY)
