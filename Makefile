# Everything a reader or an author does is one of these. Needs Python 3.11 or newer, make and git.
PYTHON ?= python3
BIN := .venv/bin
REMOTE := $(patsubst git@github.com:%,https://github.com/%,$(patsubst %.git,%,$(shell git remote get-url origin 2>/dev/null)))
OWNER_REPO := $(subst /, ,$(patsubst https://github.com/%,%,$(filter https://github.com/%,$(REMOTE))))
ifneq ($(OWNER_REPO),)
  export REPO_URL ?= $(REMOTE)
  export EDIT_URI ?= edit/main/docs/
  export SITE_URL ?= https://$(word 1,$(OWNER_REPO)).github.io/$(word 2,$(OWNER_REPO))/
endif
export SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null)
export NO_MKDOCS_2_WARNING := 1
export OPENBLAS_NUM_THREADS := 1

.PHONY: serve build test lab lock
serve: .venv/site  ## the blog at http://127.0.0.1:8000, reloading as you write
	$(BIN)/mkdocs serve --livereload

build: .venv/site  ## the site as it is published, in site/
	$(BIN)/mkdocs build --strict

test: .venv/everything  ## every check; FIX=1 rewrites quoted numbers that a lab has changed
	$(BIN)/python tests/browser/find.py
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/codespell
	$(BIN)/pytest $(if $(FIX),--fix) $(ARGS)

lab: .venv/everything  ## NAME=agent-loop runs a lab; RECORD=1 keeps what it found, SEED=7 tries another seed
	$(BIN)/lab $(or $(NAME),--list) $(if $(RECORD),--record) $(if $(SEED),--seed $(SEED))

lock: .venv/everything  ## newest allowed versions into both requirements files
	$(BIN)/uv pip compile -q --upgrade $(LOCK) pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile -q --upgrade $(LOCK) pyproject.toml --group dev -c requirements.txt -o requirements-dev.txt
LOCK := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate

.venv/site: requirements.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r $<
	touch $@

.venv/everything: requirements-dev.txt pyproject.toml .venv/site
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r $<
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@
