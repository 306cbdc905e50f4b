# make demo   an environment in .venv, the core and four plugins, a transfer on gallery portraits
# make test   the tests, less those marked slow, two files at a time; make test-all: all of them
# make test-shipped   of the slow ones: wheels and a new plugin in a fresh environment, the shipped
#             models' laws
#             make test tries some hundred inputs that nobody wrote (tests/fuzz), test-all many more
# make notebooks   the tutorials' outputs, written anew (make test compares with them)
# make app    the hair editor as a web page, served by Voila on this machine
# make lab    the same in JupyterLab, as a notebook, and the tutorials: copies in out/lab
# make lint   ruff and mypy
# make docs   the site, in docs/_build/html; its links, snippets and commands are checked
#
# Every target can be run again at no cost. PYTHON picks the interpreter that .venv is made with.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
PACKAGES := -e . -e plugins/portraits -e plugins/hair -e plugins/clothing -e plugins/photo
TESTING := -e .[test,lint,clip,docs] -e plugins/portraits -e plugins/hair -e plugins/clothing -e plugins/photo -e plugins/ffhq -e plugins/baselines
PROJECTS := pyproject.toml $(wildcard plugins/*/pyproject.toml) constraints.txt

# Everything is resolved in one go, so that torch and torchvision fit each other.
ifneq ($(UV),)
MAKE_VENV := uv venv --quiet --allow-existing --seed --python $(PYTHON) $(VENV)
INSTALL := uv pip install --quiet --python $(BIN)/python --constraint constraints.txt
else
MAKE_VENV := $(PYTHON) -m venv $(VENV)
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
endif

# A file's tests share what they load, so a file stays in one process. Each process counts on one core.
# Where no notebook is run, nbval is left out: each process would take two seconds to import it.
SPREAD := OMP_NUM_THREADS=1 $(BIN)/python -m pytest -q -n 2 --dist loadfile
# The page answers this machine by its own names, to who has the token that it prints, and ends kernels
# that nobody has looked at for ten minutes.
GUARD := --Voila.ip=127.0.0.1 --token \
	--Voila.tornado_settings="{'allow_remote_access': False, 'local_hostnames': ['localhost']}" \
	--MappingKernelManager.cull_idle_timeout=600 --MappingKernelManager.cull_interval=60
NBVAL := $(SPREAD) --nbval-current-env --nbval-cell-timeout 120 \
	--nbval-sanitize-with docs/tutorials/sanitize.cfg

AS_ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)

# Without cached bytecode every start of the program compiles torch anew, a second or two.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo app lab test test-shipped test-all notebooks lint docs clean
.DEFAULT_GOAL := test

$(VENV)/.installed: $(PROJECTS)
	$(MAKE_VENV)
	$(INSTALL) $(PACKAGES)
	touch $@

$(VENV)/.app: $(VENV)/.installed
	$(INSTALL) -e .[app] -e plugins/portraits -e plugins/hair -e plugins/clothing -e plugins/photo
	touch $@

$(VENV)/.testing: $(VENV)/.installed
	$(INSTALL) $(TESTING)
	touch $@

$(VENV)/.docs: $(VENV)/.installed
	$(INSTALL) -e .[docs] -e plugins/portraits -e plugins/hair -e plugins/clothing -e plugins/ffhq -e plugins/photo -e plugins/baselines
	touch $@

demo: $(VENV)/.installed
	$(BIN)/styleforge demo

app: $(VENV)/.app
	STYLEFORGE_VISITORS=24 $(BIN)/voila notebooks/hair_editor.ipynb --port=8866 --no-browser $(GUARD)

# On copies, so that what is tried there changes no file of the repository, with the pages that they
# link to. Tutorials draw with matplotlib. JupyterLab's own news and checks for updates are off: they
# use the network. Root has to say that it is root.
lab: $(VENV)/.app
	$(INSTALL) jupyterlab matplotlib
	mkdir -p out/lab/tutorials out/lab/docs
	for one in notebooks/*.ipynb docs/tutorials/*.ipynb; do \
		copy=out/lab/$$(echo $$one | sed 's,^notebooks/,,; s,^docs/,,'); \
		test -e $$copy || sed 's,](\.\./,](../docs/,g' $$one > $$copy; \
	done
	cp -r docs/*.md docs/how-to docs/explanation docs/reference docs/reports docs/pictures out/lab/docs
	$(BIN)/jupyter labextension disable "@jupyterlab/apputils-extension:announcements"
	@echo "In a narrow window or on a phone: the address below, with /doc/tree in place of /lab/tree."
	$(BIN)/jupyter lab $(AS_ROOT) out/lab/hair_editor.ipynb

test: $(VENV)/.testing
	$(SPREAD) -p no:nbval -m "not slow and not browser"
	$(SPREAD) -p no:nbval tests/browser --reruns 1 -r R
	$(NBVAL) --nbval docs/tutorials
	$(NBVAL) --nbval-lax notebooks

test-shipped: $(VENV)/.testing
	$(BIN)/python -m pytest -q -m slow plugins/portraits/tests/test_laws.py tests/cli/test_new.py tests/test_shipped.py

notebooks: $(VENV)/.testing
	$(BIN)/python docs/tutorials/execute.py

test-all: $(VENV)/.testing
	FUZZ=deep $(BIN)/python -m pytest -q
	$(NBVAL) --nbval docs/tutorials
	$(NBVAL) --nbval-lax notebooks

lint: $(VENV)/.testing
	$(BIN)/ruff check .
	$(BIN)/mypy styleforge plugins/*/src/*

docs: $(VENV)/.docs
	$(BIN)/python -m pytest -q tests/test_docs.py tests/test_site.py -k "not built"
	$(BIN)/python -m sphinx -q -W --keep-going -b html docs docs/_build/html
	@echo "docs/_build/html/index.html"

clean:
	rm -rf $(VENV) out docs/_build .pytest_cache .ruff_cache .mypy_cache
