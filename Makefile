# make run: set up, index the shipped reports and start the app. make test: run every test.
PYTHON ?= python3
VENV ?= .venv
PORT ?= 7860
# Test files that run side by side.
JOBS ?= 3
BIN := $(VENV)/bin
LOCK := requirements.lock
PINS := build/pins.txt
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: run setup extra test lint audit gate format bench browser nginx screenshots soak clean

run: setup
	FINDINGS_PORT=$(PORT) $(BIN)/findings serve $(if $(MODEL),--model $(MODEL)) $(if $(REPORTS),--reports $(REPORTS))

setup: $(VENV)/.ready

$(VENV)/.ready: $(LOCK) pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Findings needs Python 3.11 or newer. Name one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 2; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) --require-hashes --no-deps -r $(LOCK)
	@$(MAKE) --no-print-directory $(PINS)
	$(PIP) -c $(PINS) --editable .
	$(BIN)/findings models pull all-MiniLM-L6-v2
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.ready requirements-dev.lock
	$(PIP) --require-hashes --no-deps -r requirements-dev.lock
	@touch $@

# The locks without their hashes: pip can't take a constraint with a hash beside a folder. What the
# lock does not name (CUDA's libraries, where torch's build wants them) is installed beside it.
$(PINS): $(LOCK) requirements-dev.lock
	@mkdir -p $(@D)
	@sed -n 's/^\([A-Za-z0-9._-]*==[^ \\]*\).*/\1/p' $^ > $@

# Packages of an option, in the locked versions: make extra EXTRA=anthropic (or ollama, mcp, evals).
extra: setup $(PINS)
	@test -n "$(EXTRA)" || { echo "Which? make extra EXTRA=anthropic, ollama, mcp or evals"; exit 2; }
	$(PIP) -c $(PINS) --editable '.[$(EXTRA)]'

test: $(VENV)/.ready-dev browser nginx lint
	$(BIN)/python -m pytest --numprocesses $(JOBS) --dist loadfile
	@$(MAKE) --no-print-directory gate

# Answers the questions that ship and holds the scores against the committed ones: quotes on all of
# them, the embedded language model on a few.
gate: $(VENV)/.ready-dev
	$(BIN)/findings eval gate --suite shipped
	$(BIN)/findings models pull qwen2.5-coder-1.5b
	$(BIN)/findings eval gate --suite small

lint: $(VENV)/.ready-dev
	$(BIN)/ruff check .
	$(BIN)/mypy

# Known faults of the packages that are pinned. The service that knows of them is asked over the
# network: where it can't be reached, that is said, and is no pass.
AUDIT := build/audit
audit: $(VENV)/.ready-dev
	test -x $(AUDIT)/bin/pip-audit || { $(PYTHON) -m venv $(AUDIT) && $(AUDIT)/bin/python -m pip \
	  install --quiet --disable-pip-version-check pip-audit==2.10.1; }
	$(BIN)/python deploy/audit.py $(AUDIT)/bin/pip-audit requirements.lock requirements-dev.lock

format: $(VENV)/.ready-dev
	$(BIN)/ruff check --fix .

# The browser tests use the system's Chromium; where none can be had they skip and say so.
browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || \
	  command -v google-chrome >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	  && { apt-get update -qq && apt-get install -y -qq chromium >/dev/null; }; } || \
	  echo "No Chromium: the browser tests will be skipped. Install chromium to run them."

# The test of deploy/ uses the system's nginx, likewise.
nginx:
	@command -v nginx >/dev/null || test -x /usr/sbin/nginx || { [ "$$(id -u)" = 0 ] && \
	  command -v apt-get >/dev/null && { apt-get update -qq \
	  && apt-get install -y -qq --no-install-recommends nginx-light >/dev/null; }; } || \
	  echo "No nginx: the tests of deploy/ will be skipped. Install nginx-light to run them."

# The pictures of README and the guide, made anew from the page as it is.
PICTURES := reader-desktop overview-desktop briefing-desktop compare-dark answer-phone
screenshots: $(VENV)/.ready-dev browser
	$(BIN)/python -m tests.browser.screenshots build/pictures
	mkdir -p docs/pictures
	cp $(PICTURES:%=build/pictures/%.png) docs/pictures/

# Measures everything beside its peers (about an hour) and writes benchmarks/results/.
bench: $(VENV)/.ready-dev browser
	$(PIP) --require-hashes --no-deps -r benchmarks/peers.lock
	$(BIN)/findings models pull qwen2.5-coder-1.5b
	$(BIN)/python -m benchmarks
	$(BIN)/python -m benchmarks.report

# Fifty people for ten minutes, then half an hour with the language model.
soak: $(VENV)/.ready-dev
	$(BIN)/findings models pull qwen2.5-coder-1.5b
	$(BIN)/python -m benchmarks people soak
	$(BIN)/python -m benchmarks.report

clean:
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache
