# The five commands. Everything they need they put into .venv and instance/, from pinned, hashed requirements.

PYTHON ?= python3
PORT ?= 5000
BIN := .venv/bin
UV := $(shell command -v uv 2>/dev/null)
FLASK := $(BIN)/python -m flask --app wsgi
CODE := core privacy storefront forum client/licensepal_client wsgi.py
# Words and sums that only look like secrets are everywhere in a shop that sells keys; what is named by its form is not.
UNASKED := --disable-plugin KeywordDetector --disable-plugin Base64HighEntropyString --disable-plugin HexHighEntropyString

.PHONY: run test check bench format clean

run: .venv/run.stamp
	@$(FLASK) db upgrade
	@LICENSEPAL_DEMO=1 LICENSEPAL_BASE_URL=http://127.0.0.1:$(PORT) $(FLASK) demo
	@LICENSEPAL_DEMO=1 LICENSEPAL_BASE_URL=http://127.0.0.1:$(PORT) exec $(FLASK) serve --port $(PORT)

test: .venv/dev.stamp
	@$(BIN)/python -m pytest -n auto --dist loadgroup

check: .venv/dev.stamp
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/bandit --quiet --configfile pyproject.toml --recursive $(CODE)
	@git ls-files -z -- ':!requirements' ':!*package-lock.json' | xargs -0 $(BIN)/detect-secrets-hook $(UNASKED)
	@mkdir -p build && PYTHONWARNINGS=ignore $(BIN)/cyclonedx-py requirements requirements/run.txt --pyproject pyproject.toml \
		--mc-type application --output-reproducible --validate -o build/sbom.json
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && export LICENSEPAL_INSTANCE="$$folder" && \
		$(FLASK) db upgrade && $(FLASK) db check && $(FLASK) policy check

bench: .venv/dev.stamp
	@$(BIN)/python -m bench

format: .venv/dev.stamp
	@$(BIN)/ruff format --quiet . && $(BIN)/ruff check --fix --quiet .

.venv/run.stamp: requirements/run.txt
	@$(call install,run)

.venv/dev.stamp: requirements/dev.txt
	@$(call install,dev)
	@touch .venv/run.stamp

ifdef UV
install = $(UV) venv --quiet --allow-existing --python $(PYTHON) .venv && \
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements/$(1).txt && touch .venv/$(1).stamp
else
install = $(PYTHON) -m venv .venv && \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/$(1).txt && touch .venv/$(1).stamp
endif

clean:
	rm -rf .venv instance
