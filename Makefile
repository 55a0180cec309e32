# CI calls the same targets as people do. `make` alone lists them.

GO ?= go
BIN ?= bin
FUZZTIME ?= 60s
EDITS ?= 2000000
GOLANGCI_LINT_VERSION ?= v2.15.0

.DEFAULT_GOAL := help
.PHONY: help build try try-hub try-trace test check lint hub e2e release release-check bench bench-hub generate man soak proofs scale edits fuzz clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## build goat-exec, goat-vet and goat into bin/
	$(GO) build -o $(BIN)/ ./cmd/...

try: ## show goat on a small service; REPO=dir BASE=ref [PKG=./cmd/x ARGS="…"] on a repository of yours
	@$(GO) run ./internal/proof/try

try-hub: ## show the hub: two services of five processes each, a release that rolls out, traffic
	@cd hub && $(GO) run ./try

try-trace: ## show the tracer: one request of a service with a mistake, and how to find it
	@cd hub && $(GO) run ./trace/try

test: check lint ## check, lint and test everything, the end-to-end tests included
	$(GO) test -timeout 60m ./...
	$(MAKE) hub e2e

check: ## vet, formatting and module files
	$(GO) vet ./...
	@unformatted=$$(gofmt -l $$(find . -name '*.go' -not -path '*/testdata/*')); \
	if [ -n "$$unformatted" ]; then echo "not formatted, run gofmt -w on: $$unformatted" >&2; exit 1; fi
	$(GO) mod tidy -diff

lint: $(BIN)/golangci-lint-$(GOLANGCI_LINT_VERSION) ## run golangci-lint with .golangci.yml in all modules; installs it into bin/ first
	@for module in . hub hub/browser e2e; do \
		(cd $$module && $(abspath $(BIN))/golangci-lint-$(GOLANGCI_LINT_VERSION) run ./...) || exit 1; \
	done

# The linter comes through the module proxy, as any module. It is in nobody's go.mod.
$(BIN)/golangci-lint-$(GOLANGCI_LINT_VERSION):
	GOBIN=$(abspath $(BIN)) GOFLAGS= $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_LINT_VERSION)
	mv $(BIN)/golangci-lint $@

hub: ## check and test the hub, a module of its own; installs what its tests need with apt-get where it is missing
	cd hub && sh install.sh && $(GO) vet ./... && $(GO) mod tidy -diff && $(GO) test -timeout 30m ./...

e2e: ## run the end-to-end tests; installs what they use with apt-get and npm where it is missing
	cd e2e && sh install.sh && $(GO) vet ./... && $(GO) mod tidy -diff && $(GO) test -timeout 60m ./...
	cd hub/browser && sh install.sh && $(GO) vet ./... && $(GO) mod tidy -diff && $(GO) test -timeout 30m ./...

release-check: ## install goat-hub from a module proxy made of this checkout
	$(GO) test -count=1 -timeout 30m ./internal/release

release: ## write hub/go.mod as it is tagged: VERSION=v1.2.3
	$(GO) run ./internal/release $(VERSION)

bench: ## run the benchmarks: paired ratios against plain builds and Go's own counters
	$(GO) test -run '^$$' -bench . ./...
	cd e2e && $(GO) test -run '^$$' -bench . ./...

bench-hub: ## run the hub's benchmarks: registrations, pushes and heartbeats, pages meanwhile, 10,000 connections for an hour's heartbeats
	cd hub && $(GO) test -run '^$$' -bench '^Benchmark(Register|Push|Heartbeat)$$' -benchtime 60000x ./server
	cd hub && $(GO) test -run '^$$' -bench 'Page' -benchtime 200x ./server
	cd hub && $(GO) test -run '^$$' -bench 'Held' -benchtime 120x -timeout 30m ./server
	cd hub && $(GO) test -run '^$$' -bench . ./report/...

generate: ## write docs/configuration.md, docs/goat.schema.json and docs/reference.md from the code
	$(GO) run ./internal/config/gen docs
	$(GO) run ./cmd/goat help -markdown > docs/reference.md

man: build ## write man pages into bin/man/man1
	@mkdir -p $(BIN)/man/man1
	@$(BIN)/goat help -man > $(BIN)/man/man1/goat.1
	@for c in $$($(BIN)/goat help | sed -n 's/^  \([a-z]*\)  .*/\1/p'); do $(BIN)/goat help -man $$c > $(BIN)/man/man1/goat-$$c.1; done
	@echo "man -M $(BIN)/man goat"

soak: ## run the proofs, each fuzz target for FUZZTIME, the large sizes, EDITS edits, then all tests with -race, ten times
	$(MAKE) proofs fuzz scale edits
	@for i in 1 2 3 4 5 6 7 8 9 10; do $(GO) test -race -count=1 ./... || exit 1; done

scale: ## measure 5,000 packages, 100,000 points and a file of 50,000 lines beside plain builds
	$(GO) test -run '^$$' -bench . -benchtime 1x -timeout 3h ./internal/proof/scale -packages 5000

proofs: ## hold goat against plain builds of all of Go's test programs and cover in all dependencies' tests; hours
	GOAT_PROOFS=all $(GO) test -count=1 -timeout 12h ./internal/proof/programs ./internal/proof/oracle
	GOAT_PROOFS=all $(GO) test -count=1 -timeout 1h -run 'TestScripts/^linkshared$$' .
	GOAT_REPLAY=60 GOAT_REPLAY_SEED=$$(date +%s) $(GO) test -count=1 -timeout 4h ./internal/proof/replay
	GOAT_REPLAY=20 GOAT_REPLAY_SEED=$$(date +%s) GOAT_REPLAY_FLAGS=-race $(GO) test -count=1 -timeout 4h ./internal/proof/replay

edits: ## hold line sets against EDITS generated pairs of programs, new ones each time, a twentieth of them with git; hours
	GOGC=400 GOAT_EDITS=$(EDITS) GOAT_EDITS_SEED=$$(date +%s)000 $(GO) test -count=1 -timeout 24h -run '^TestPairs$$' ./diffsrc/internal/compare
	GOGC=400 GOAT_EDITS=$$(($(EDITS) / 20)) GOAT_EDITS_SEED=$$(date +%s)000 $(GO) test -count=1 -timeout 24h -run '^TestPairs$$' ./internal/proof/edits

fuzz: ## run each fuzz target for FUZZTIME
	@for directory in . hub; do ( cd $$directory && \
		for package in $$($(GO) list ./...); do \
			for target in $$($(GO) test -list '^Fuzz' $$package | grep '^Fuzz'); do \
				echo "$$package $$target"; \
				$(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x $$package || exit 1; \
			done; \
		done ) || exit 1; \
	done

clean: ## remove what build made
	rm -rf $(BIN)
