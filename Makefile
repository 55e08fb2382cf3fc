# Everything that there is to do with Usher. `make help` lists it.
SHELL := bash
TOOLS := $(or $(USHER_TOOLS),$(or $(XDG_CACHE_HOME),$(HOME)/.cache)/usher/tools)
export PATH := $(TOOLS)/bin:$(CURDIR)/node_modules/.bin:$(PATH)

.PHONY: help run demo dev test e2e screens fuzz bench-directory bench-delivery kill-test lint fmt dist setup setup-tests site

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: site ## Build and run Usher on http://127.0.0.1:3000, with SQLite under data/
	target/debug/usher serve

demo: site ## The same with a made-up organization to look at, under data/demo/
	USHER_SERVER__DATA_DIR=data/demo target/debug/usher serve --demo

dev: setup ## Run and rebuild at every change
	cargo leptos watch -- serve

test: setup-tests site ## Every test: Rust, the parser in WASM, end to end in a browser
	env -u DATABASE_URL cargo test --workspace --exclude frontend
	scripts/with-postgres cargo test --workspace --exclude frontend --test rules --test http
	CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER=wasm-bindgen-test-runner \
		cargo test -p types --target wasm32-unknown-unknown --test golden
	cd end2end && tsc --noEmit && playwright test

e2e: setup-tests site ## The end-to-end tests alone; ARGS="tests/invite.spec.ts" for some of them
	cd end2end && playwright test $(ARGS)

screens: setup-tests site ## Pictures of every screen, in end2end/test-results/screens
	cd end2end && npm run screens

fuzz: ## 100,000 random texts, tables, workbooks and addresses for each parser
	PROPTEST_CASES=100000 cargo test --release -p sheets --test never_panics
	PROPTEST_CASES=100000 cargo test --release -p types --test properties

bench-directory: setup-tests ## A page of a directory of 1,000,000 users, on SQLite and PostgreSQL, beside bare statements
	env -u DATABASE_URL cargo run --release -p domain --example bench_directory
	scripts/with-postgres cargo run --release -p domain --example bench_directory

bench-delivery: setup ## Invitations a second into a mail server on loopback, beside bare lettre at the same concurrency
	env -u DATABASE_URL cargo run --release -p server --example bench_delivery

kill-test: setup ## 10,000 invitations by a process that is killed a hundred times: nobody forgotten, little repeated
	PEOPLE=10000 KILLS=100 cargo test --workspace --exclude frontend --test delivery -- --nocapture a_process_that_is_killed

lint: setup ## Formatting, clippy for both targets
	cargo fmt --all --check
	cargo clippy --workspace --exclude frontend --all-targets --all-features -- -D warnings
	cargo clippy -p frontend --target wasm32-unknown-unknown -- -D warnings

fmt: ## Format the Rust code
	cargo fmt --all

dist: setup ## The optimized release in target/release/usher and target/site, with its sizes
	cargo leptos build --release --precompress
	scripts/sizes

site: setup
	cargo leptos build

setup:
	@scripts/setup

setup-tests:
	@scripts/setup --tests
