# Everything a checkout needs is Python 3.11 or newer and make: `make up` runs the storefront, `make test` proves it.
# What these commands do, and how to reach what they print: docs/local-aws.md.

MAKEFLAGS += --no-print-directory
# What the shell says to Python is not for the Python of this checkout; without bytecode every synthesis takes 6 s longer.
unexport PYTHONDONTWRITEBYTECODE PYTHONHOME PYTHONPATH VIRTUAL_ENV
.DEFAULT_GOAL := help

PYTHONS := python3 python3.13 python3.12 python3.11
# The Node that pip brought is the one that everything finds; a fresh machine has no other.
WITH_NODE := PATH="$(CURDIR)/.venv/bin:$$PATH"
RUN := $(WITH_NODE) .venv/bin/python
LOCAL := $(RUN) -m local
CDK := $(WITH_NODE) node_modules/.bin/cdk
# Each example has a module `app`, so that mypy takes them one by one.
TYPES_OF_AN_EXAMPLE := $(CURDIR)/.venv/bin/mypy --config-file= --strict --explicit-package-bases --python-version 3.11 \
	--cache-dir $(CURDIR)/.mypy_cache
LOCKED := --universal --python-version 3.11 --no-header --no-annotate --quiet

# --- set-up: .venv, node_modules and the functions' interpreter, made once and again when their pins change -----------------

READY := .venv/.set-up-Python-packages node_modules/.set-up-CDK-command-line .storefront/lambda-runtime/.set-up-interpreter-of-the-functions
SET_UP := .storefront/set-up

# A deleted folder or a vanished interpreter shows when make starts; then the set-up runs whatever its stamp says.
ifneq ($(shell $(RUN) -c '' 2>/dev/null && echo $(words $(wildcard $(READY)))),$(words $(READY)))
.PHONY: $(SET_UP)
endif

$(SET_UP): requirements.txt package-lock.json constructs/pyproject.toml lambdas/pyproject.toml local/lambda-runtime.txt local/set_up.py
	@python="$(PYTHON)"; \
	for candidate in $(if $(PYTHON),,$(PYTHONS)); do \
		$$candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && python=$$candidate && break; \
	done; \
	python="$${python:-python3}"; \
	command -v "$$python" >/dev/null || { echo "$$python is not there: Python 3.11 or newer is needed" >&2; exit 2; }; \
	"$$python" local/set_up.py
	@touch $@

# --- the storefront on the local AWS ------------------------------------------------------------------------------------

.PHONY: up down url token logs mails seed
up: $(SET_UP) ## Runs the storefront here: [PORT=4566] [FARGATE=inventory|none]
	@$(LOCAL) up $(if $(PORT),--port '$(PORT)') $(if $(FARGATE),--fargate '$(FARGATE)')

down: $(SET_UP) ## Stops it; its data are kept unless CLEAN=1
	@$(LOCAL) down $(if $(filter-out 0,$(CLEAN)),--clean)

url: $(SET_UP) ## Prints the API's base URL, without /v1
	@$(LOCAL) url

token: $(SET_UP) ## Prints a bearer token: the demo merchant's, or a customer's: [CUSTOMER=name]
	@$(LOCAL) token $(if $(CUSTOMER),--customer '$(CUSTOMER)')

logs: $(SET_UP) ## Follows a service's logs: SERVICE=catalog [FOLLOW=0]
	@$(LOCAL) logs $(if $(filter 0,$(FOLLOW)),--no-follow) -- '$(SERVICE)'

mails: $(SET_UP) ## Prints what was sent by e-mail: [TO=address]
	@$(LOCAL) mails $(if $(TO),--to '$(TO)')

seed: $(SET_UP) ## Loads a catalog, YAML, JSON or NDJSON: FILE=path
	@$(LOCAL) seed -- '$(FILE)'

# --- AWS, with the credentials and the region of your shell ---------------------------------------------------------------

.PHONY: synth diff deploy
synth: $(SET_UP) ## Writes the cloud assembly for AWS to cdk.out
	@$(CDK) synth --quiet

diff: $(SET_UP) ## Shows what a deployment would change: [STACKS=Catalog]
	@$(CDK) diff $(STACKS)

deploy: $(SET_UP) ## Deploys to AWS: [STACKS=Catalog] [OPTIONS='--require-approval never']
	@$(CDK) deploy $(or $(STACKS),--all) $(OPTIONS)

# --- proof --------------------------------------------------------------------------------------------------------------

# What these marks mean says pyproject.toml.
SLOW := process or long

.PHONY: test test-fast lint format bench docs
test: lint test-fast ## Runs every check and every test, those of the deployed storefront too
	@$(RUN) -m pytest -n auto --dist loadfile --no-loadscope-reorder -m '$(SLOW)' --ignore tests/local/deployed
	@$(RUN) -m pytest -n 2 --no-loadscope-reorder tests/local/deployed

test-fast: $(SET_UP) ## Runs the tests that start no server, need no environment of their own and take no long time
	@$(RUN) -m pytest -n auto --dist worksteal -m 'not ($(SLOW))'

lint: $(SET_UP) ## Checks style and types
	@.venv/bin/ruff check
	@.venv/bin/ruff format --check
	@.venv/bin/mypy
	@cd examples && for example in */; do \
		(cd "$$example" && $(TYPES_OF_AN_EXAMPLE) .) || exit 2; \
	done

format: $(SET_UP) ## Formats the code
	@.venv/bin/ruff format
	@.venv/bin/ruff check --fix

bench: $(SET_UP) ## Measures the storefront and the constructs: [ONLY='latency scale']
	@$(RUN) -m benchmarks $(ONLY)

docs: synth ## Draws the architecture into README.md and builds the site, with the library's reference
	@$(RUN) -m docs.architecture cdk.out
	@$(RUN) -m docs.site cdk.out

# --- a new service --------------------------------------------------------------------------------------------------------

.PHONY: new-service
new-service: $(SET_UP) ## Writes a service with its stack, contracts, tests and docs: NAME=reviews
	@$(RUN) -m scaffolding '$(NAME)'

# --- pins ---------------------------------------------------------------------------------------------------------------

.PHONY: lock
lock: ## Pins anew what requirements.in, each service and package.json ask for
	@.venv/bin/uv pip compile $(LOCKED) requirements.in -o requirements.txt
	@grep -v '^-e ' requirements.txt > .storefront/pins.txt # uv takes no folder as a constraint
	@.venv/bin/uv pip compile $(LOCKED) -c .storefront/pins.txt local/lambda-runtime.in -o local/lambda-runtime.txt
	@for needs in lambdas/*/requirements.in examples/*/*/requirements.in constructs/src/mach_constructs/compute/*/mach_runtime/requirements.in; do \
		.venv/bin/uv pip compile $(LOCKED) --generate-hashes -c .storefront/pins.txt "$$needs" -o "$${needs%.in}.txt" || exit 2; \
	done
	@.venv/bin/npm install --package-lock-only --no-audit --no-fund --loglevel=error

.PHONY: help
help: ## Lists the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
