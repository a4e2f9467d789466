# Everything a person or CI runs. Needs only Python >= 3.11 and make; the rest goes into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
.DEFAULT_GOAL := help
.PHONY: help site serve docs test pythons check fix reference compiled bench clean

# Runs what follows with the compiled package in place of the one that stands here.
WITH_COMPILED := PYTHONSAFEPATH=1 PYTHONPATH=$(abspath $(VENV)/compiled):$(abspath tests)

help: ## list the targets
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Runbook needs Python >= 3.11; this is " + sys.version.split()[0] + " (set PYTHON=...)" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

site: $(VENV)/installed ## render content/ into site/
	$(BIN)/runbook build

serve: $(VENV)/installed ## show the site on http://127.0.0.1:8000/ and rebuild on change
	$(BIN)/mkdocs serve --dev-addr 127.0.0.1:8000

test: check ## all that CI runs: check, then every test with coverage
	$(BIN)/python -m pytest -n auto --dist loadgroup --cov --cov-report=term

pythons: $(VENV)/installed-dev ## test the built wheel with every Python from 3.11 to 3.14 that is here
	RUNBOOK_PYTHONS="$$(for minor in 11 12 13 14; do python3.$$minor -c 'import sys; print(sys.executable)' 2>/dev/null; done | paste -sd:)" \
	$(BIN)/python -m pytest tests/package -v

check: $(VENV)/installed-dev ## ruff, mypy, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	PATH="$(abspath $(BIN)):$$PATH" $(BIN)/lint-imports

fix: $(VENV)/installed-dev ## let ruff mend and format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(VENV)/installed ## the documentation as a site in .venv/docs/, by our own plugin
	$(BIN)/runbook build --config mkdocs-docs.yml

reference: $(VENV)/installed ## write what is generated in docs/reference/ anew
	$(BIN)/python tests/docs/tables.py
	$(BIN)/runbook schema -o docs/reference/runbook.schema.json
	$(BIN)/runbook schema report -o docs/reference/report.schema.json
	$(BIN)/runbook schema tree -o docs/reference/tree.schema.json

compiled: $(VENV)/installed-dev ## a wheel in dist/ whose reading of pages is compiled (needs a C compiler), tested
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[compiled]'
	rm -rf $(VENV)/wheel $(VENV)/compiled
	HATCH_BUILD_HOOK_ENABLE_MYPYC=1 $(BIN)/python -m build --outdir $(VENV)/wheel
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --target $(VENV)/compiled $(VENV)/wheel/*.whl
	$(WITH_COMPILED) $(BIN)/python -m pytest -q -n auto -k 'not the_measure_sees and not test_work_grows' tests/test_spec.py tests/test_words.py tests/markup \
		tests/extract tests/effects tests/checks tests/expect tests/shell # (no profiler sees the work of what is compiled)
	mkdir -p dist && cp $(VENV)/wheel/*.whl dist/

bench: compiled ## speed, as ratios in one run, into docs/benchmarks.md
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]'
	@if command -v npm >/dev/null; then npm install --silent --no-fund --no-audit --prefix $(VENV)/bats bats; \
	else echo 'bats is not measured: it comes from npm, which is not here'; fi
	$(WITH_COMPILED) $(BIN)/python -m bench extraction
	$(BIN)/python -m bench

clean: ## remove what the other targets made
	rm -rf $(VENV) dist .coverage .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find site -mindepth 1 ! -name .gitignore -delete
