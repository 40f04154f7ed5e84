# Every target installs what it needs: system libraries, .venv, locked dependencies.
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed
# A screen of its own for the tests in a real window.
SCREEN := xvfb-run -a -s "-screen 0 1600x1000x24" env QT_QPA_PLATFORM=xcb

GUIDE := resources/guide/index.html
PACKAGED := build/package/.built

.PHONY: demo test lint bench screenshots docs package package-test run lock clean

# The window; on a machine without a display the same session in an invisible window.
demo: $(INSTALLED)
	$(BIN)/wfsgui demo --overwrite -o build/demo

test: $(INSTALLED)
	$(BIN)/python -m pytest --ignore tests/e2e --numprocesses 2 --dist loadfile --no-loadscope-reorder
	$(SCREEN) $(BIN)/python -m pytest tests/e2e

# Pictures of the main states of the window, into build/screenshots.
screenshots: $(INSTALLED)
	$(SCREEN) $(BIN)/python -m tests.screenshots build/screenshots

# The user guide, into build/docs; packages and the menu Help use resources/guide.
docs: $(GUIDE)

# The guide includes shortcuts, settings, options, exposure types and roles of the program.
$(GUIDE): $(INSTALLED) mkdocs.yml $(shell find docs -type f) wfsgui/cli.py $(shell find wfsgui/gui wfsgui/core -name '*.py')
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	rm -rf resources/guide
	cp -r build/docs resources/guide

lint: $(INSTALLED)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

# make bench ARGS="--only launch"
bench: $(INSTALLED)
	$(SCREEN) $(BIN)/python -m tests.benchmarks $(ARGS)

# The application as a folder and, on Debian, as a .deb: into build/package.
package: $(PACKAGED)

# Installs the .deb in a minimal Debian and uses it there; needs root, and a network for apt.
package-test: $(PACKAGED)
	PYTHONPATH=. $(BIN)/python packaging/package_test.py build/package build/package-test

$(PACKAGED): $(INSTALLED) $(GUIDE) $(shell find wfsgui resources packaging -type f -not -name '*.pyc' -not -path 'packaging/proof/*') CHANGELOG.md LICENSE
	packaging/debian/install-system-packages $(PYTHON) packaging/debian/build-packages.txt
	$(BIN)/python packaging/build.py build/package
	touch $@

# make run ARGS="run my_rate.fits -o results"
run: $(INSTALLED)
	$(BIN)/wfsgui $(ARGS)

# Resolve the dependencies again, for all supported versions of Python.
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
	rm -rf .venv build dist resources/guide *.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
