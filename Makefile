# A new machine needs Python 3.11+ and make. Everything is installed into .venv; nothing outside is touched.
PYTHON ?= python3
DATA ?= ../shared/data
BIN := .venv/bin

.PHONY: demo test check bench slow bundle docs neo4j clean

demo: .venv/run ## what the graph answers, in a minute
	@$(BIN)/nhs-graph demo

test: .venv/dev ## all tests; ends by saying what was not run and why
	$(BIN)/python -m pytest -n 2 --dist loadgroup

check: .venv/dev ## what CI checks besides the tests
	$(BIN)/ruff format --check graph loaders queries cli tests
	$(BIN)/ruff check graph loaders queries cli tests
	$(BIN)/mypy
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/lint-imports
	$(BIN)/codespell graph loaders queries cli tests docs *.md

bench: .venv/dev ## ratios against a baseline measured in the same run
	$(BIN)/python -m pytest tests/benchmarks -m slow -s -p no:randomly

slow: .venv/dev ## scale and fuzz runs
	$(BIN)/python -m pytest -m slow --ignore=tests/benchmarks

bundle: .venv/dev ## compile loaders/bundle from the source files in DATA, and the page about it
	$(BIN)/python -m nhs_graph.loaders.build $(DATA)
	$(BIN)/python -m nhs_graph.cli.bundle_page docs/whats-in-the-bundle.md

docs: .venv/dev ## write docs/whats-in-the-bundle.md from the bundle
	$(BIN)/python -m nhs_graph.cli.bundle_page docs/whats-in-the-bundle.md

neo4j: .venv/dev ## a real Neo4j with Browser on this machine, until Ctrl-C
	$(BIN)/python -m tests.server.neo4j_server

clean:
	rm -rf .venv .demo build dist *.egg-info

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/run: pyproject.toml constraints.txt | .venv/bin/python
	@echo "installing into .venv (once)"
	@$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e .
	@$(BIN)/python -m compileall -q graph loaders queries cli
	@touch $@

.venv/dev: .venv/run
	@$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@
