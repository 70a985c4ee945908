# `make` alone prints what there is. ARGS="…" is handed on by run, demo, test, fuzz and bench.
SHELL := /bin/bash
PREFIX ?= /usr/local
DESTDIR ?=
ARGS ?=
# On Linux Swift's libraries go into the binary: it starts sooner, and runs where no toolchain is.
STATIC := $(if $(filter Linux,$(shell uname)),--static-swift-stdlib)
.DEFAULT_GOAL := help
.PHONY: help build install run demo test fuzz lint format bench findings scenarios gen

help: ## print this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## the release binary, .build/release/offstage
	swift build -c release --product offstage $(STATIC)

install: ## put the release binary, its man pages and completions under PREFIX (/usr/local)
	@PREFIX='$(PREFIX)' DESTDIR='$(DESTDIR)' Scripts/install

run: ## build for debugging and run: make run ARGS="events --limit 10"
	@swift run offstage $(ARGS)

demo: ## record the sample site in a real browser; ARGS=--exit ends by itself
	@Scripts/demo $(ARGS)

test: ## all tests; ARGS="--filter Name" for some
	@Scripts/test $(ARGS)

fuzz: ## look for bytes that a parser does not stand; ARGS="import", "bus", "push", "mcs" or "filter", and so many seconds
	@Scripts/fuzz $(ARGS)

lint: ## format, imports between targets, web files
	@Scripts/lint

format: ## put the Swift and web sources into shape
	@Scripts/format

bench: ## the measurements, beside their peers
	@Benchmarks/run $(ARGS)

findings: ## what the rules find in the corpus; writes Docs/findings.md
	@Scripts/findings-table

scenarios: ## write the JSON Schema and the tables of Docs/scenarios.md
	@Scripts/scenario-docs

gen: ## write the typed CDP domains from the committed protocol
	@Tools/cdpgen/generate
