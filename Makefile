# Dunwell: `make` lists what can be made. Every target works from a fresh clone; what is missing is installed or named.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

CARGO_TARGET_DIR ?= target
# nextest runs the tests of all crates at once; without it cargo's own runner does the same work more slowly.
RUNNER := $(shell if cargo nextest --version >/dev/null 2>&1; then echo nextest run; else echo test; fi)
# What a long run throws at the book: kills of the process, generated cases of each property (a case plays a book),
# and seconds of generated requests to the API.
SOAK_KILLS ?= 1000
SOAK_CASES ?= 1000
SOAK_API_SECONDS ?= 3600
FUZZ_CASES ?= 200000

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: toolchain
toolchain:
	@scripts/check-toolchain
	@scripts/setup-debian npm

.PHONY: demo
demo: toolchain ## build, make a demo book, run the desk over its last 30 days, serve the workbench
	cargo build --release --locked --package dunwell
	$(CARGO_TARGET_DIR)/release/dunwell demo

.PHONY: check
check: toolchain ## format, lints, no_std, unit tests of rules and formats: for every change
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets --quiet -- --deny warnings
	scripts/check-no-std
	@if command -v cargo-deny >/dev/null; then cargo deny --offline check bans licenses sources; \
	else echo "check: cargo-deny is not here, licences and sources of dependencies are not checked"; fi
	cargo $(RUNNER) --locked --package dunwell-rules --package dunwell-formats

.PHONY: test
test: toolchain ## everything CI runs: all crates, stories and examples, on SQLite and on PostgreSQL, the API by its document, and a browser
	scripts/setup-debian
	cargo test --locked --workspace --doc
	scripts/with-postgres cargo $(RUNNER) --locked --workspace --no-fail-fast
	scripts/api-tests
	scripts/browser-tests

.PHONY: pictures
pictures: toolchain ## the pictures of the documentation, taken anew from the demo book
	scripts/setup-debian pngquant
	mkdir -p docs/pictures
	DUNWELL_OUT=docs/pictures scripts/browser-tests --script tests/browser/pictures.mjs
	pngquant --force --nofs --ext .png --speed 1 64 docs/pictures/*.png

.PHONY: bench
bench: toolchain ## the benchmarks, beside their peers
	bench/run

.PHONY: fuzz
fuzz: toolchain ## generated input, by the hundred thousand, against every reader and every rule
	PROPTEST_CASES=$(FUZZ_CASES) cargo test --release --locked --package dunwell-formats --package dunwell-rules

.PHONY: soak
soak: toolchain ## the crash and property tests for hours: kill -9 at random points, on both databases
	scripts/setup-debian postgresql
	DUNWELL_KILLS=$(SOAK_KILLS) PROPTEST_CASES=$(SOAK_CASES) DUNWELL_PG_FSYNC=on \
		scripts/with-postgres cargo test --release --locked --workspace -- --include-ignored
	scripts/api-tests --seconds $(SOAK_API_SECONDS)

.PHONY: clean
clean: ## remove what was built, and the demo book
	cargo clean
	rm -rf demo
