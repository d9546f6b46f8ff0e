# Everything is done from here. A fresh machine needs Python 3.11 or newer and make.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test lint format i18n flows bench clean

run: .venv/run
	$(BIN)/python -m bot $(if $(TELEGRAM_BOT_TOKEN),run,playground) $(ARGS)

test: .venv/dev
	$(BIN)/python -m pytest -n 2 $(ARGS)

lint: .venv/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy bot conversations tests benchmarks

format: .venv/dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Collect the texts from the code and bring the catalogs up to date.
i18n: .venv/dev
	$(BIN)/pybabel extract -F babel.cfg -k N_ -k P_:1,2 -k C_:1c,2 --no-location --sort-output --omit-header -o locales/messages.pot bot conversations
	for locale in fi sv; do \
		$(BIN)/pybabel update --no-fuzzy-matching --ignore-pot-creation-date --omit-header -i locales/messages.pot -d locales -l $$locale; \
	done

flows: .venv/dev
	$(BIN)/python -m bot flows

# Both sides of every comparison in one run; see benchmarks/README.md.
bench: .venv/dev
	$(BIN)/python -m benchmarks

.venv/run: requirements/run.lock
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	touch $@

.venv/dev: requirements/dev.lock
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	touch $@ .venv/run

clean:
	rm -rf .venv data
