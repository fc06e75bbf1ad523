# The two commands: make run, make test. Everything else is one of their parts.
PYTHON ?= python3
BIN := .venv/bin
RUNS := $(shell cat requirements.txt | cksum | cut -d' ' -f1)
TESTS := $(shell cat requirements.txt requirements-dev.txt | cksum | cut -d' ' -f1)
FOR_RUNNING := .venv/for-running-$(RUNS)
FOR_TESTING := .venv/for-testing-$(TESTS)

.DEFAULT_GOAL := help
.PHONY: help run test lint bench soak format messages stop chromium

help: ## this list
	@echo "make run     the whole shop on this machine; PORT=8001 make run for another port"
	@echo "make test    all tests, browser included; make test ARGS='tests/stock -x' for some"
	@echo "make lint    style, types, import contracts, message catalogues"
	@echo "make bench   requests per second, p95 and queries per page on 5,000 products"
	@echo "make soak    200,000 random steps through every action on stock, all rules proved after each; STEPS=2000 for fewer"
	@echo "make format  rewrite the code in the house's style"
	@echo "make messages  gather what the shop says into locale/, and list what has no Vietnamese yet"
	@echo "make stop    stop the private PostgreSQL and Valkey if something left them running"

run: $(FOR_RUNNING)
	@exec $(BIN)/python -m config.develop

test: $(FOR_TESTING) chromium
	@$(BIN)/python -m tests $(ARGS)

lint: $(FOR_TESTING)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy

bench: $(FOR_TESTING)
	@$(BIN)/python -m tests.bench $(ARGS)

soak: $(FOR_TESTING)
	@$(BIN)/python -m tests.soak

format: $(FOR_TESTING)
	$(BIN)/ruff check --fix --select I .
	$(BIN)/ruff format .

messages: $(FOR_TESTING)
	@$(BIN)/python -m config.messages update

stop:
	@$(BIN)/python -m config.embedded stop

chromium:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || { \
	  test "$$(id -u)" = 0 && command -v apt-get >/dev/null && \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends chromium >/dev/null; } || { \
	  echo "The browser tests need Chromium. As root: apt-get install chromium" >&2; exit 1; }

# Made anew whenever a requirement changes; the name carries the sum of the files.
$(FOR_RUNNING): | .venv/bin/pip
	@echo "Installing what the shop needs (only the first time, and when requirements change) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	@rm -f .venv/for-running-*; touch $@

$(FOR_TESTING): | .venv/bin/pip
	@echo "Installing what the tests need (only the first time, and when requirements change) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@rm -f .venv/for-testing-* .venv/for-running-*; touch $@ $(FOR_RUNNING)

.venv/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed; name one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "Python's venv is missing. On Debian, as root: apt-get install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv .venv
