# Every target does its own set-up: system libraries, .venv, locked dependencies.
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed
export QT_QPA_PLATFORM ?= offscreen

.PHONY: demo test lint bench run lock clean

demo: $(INSTALLED)
	$(BIN)/wfsgui demo --headless --overwrite -o build/demo

test: $(INSTALLED)
	$(BIN)/python -m pytest

lint: $(INSTALLED)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(INSTALLED)
	$(BIN)/python -m tests.benchmarks

# make run ARGS="run my_rate.fits -o results"
run: $(INSTALLED)
	$(BIN)/wfsgui $(ARGS)

# Resolve the dependencies anew, for all supported versions of Python.
lock:
	uv pip compile --universal --python-version 3.11 --upgrade --all-extras --no-header \
		--no-emit-index-url pyproject.toml -o requirements.lock

$(INSTALLED): requirements.lock pyproject.toml packaging/debian/system-packages.txt
	packaging/debian/install-system-packages $(PYTHON)
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

clean:
	rm -rf .venv build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
