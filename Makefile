# Two commands do everything on a fresh Debian 12 machine with the .NET 10 SDK: `make run` and `make test`.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

export DOTNET_CLI_TELEMETRY_OPTOUT := 1
export DOTNET_NOLOGO := 1
# No build node outlives the command that started it.
export MSBUILDDISABLENODEREUSE := 1

# Folders are listed too: a file that was deleted changes its folder's time, and so is noticed.
sources := $(shell find src examples \( -name bin -o -name obj \) -prune -o -print) \
  Directory.Build.props Directory.Packages.props global.json eng/BannedSymbols.txt

.PHONY: help build run test chaos fuzz lint bench clean run-needs test-needs reference

help:
	@echo 'make run      build, then run the demonstration until Ctrl-C (ARGS="--exit-after 60s" goes to it)'
	@echo 'make test     every test, against real servers'
	@echo 'make chaos    the crash test, longer (KILLS=300 on each database, SEED=N for the same order again)'
	@echo 'make fuzz     the tests at random, longer (TIMES=50 as many rounds, SEED=N from another seed)'
	@echo 'make build    leave the executable at ./reeve'
	@echo 'make bench    measure, and print the table of docs/performance.md'
	@echo 'make reference  write docs/reference from the code'
	@echo 'make lint     layout, style and file sizes'
	@echo 'make clean    remove what a build leaves behind'

run-needs:
	@eng/install-packages.sh run

test-needs:
	@eng/install-packages.sh test

build: run-needs reeve

reeve: out/.published eng/launcher.sh
	@cp eng/launcher.sh reeve && chmod +x reeve

out/.published: $(sources)
	@echo 'building ./reeve'
	@dotnet publish src/Reeve.Cli -c Release -o out --nologo -v q -nodeReuse:false -p:UseSharedCompilation=false
	@touch out/.published

run: build
	@exec ./reeve demo $(ARGS)

test: test-needs
	@eng/test.sh

chaos: test-needs
	@REEVE_CRASH_KILLS=$(or $(KILLS),300) REEVE_CRASH_SEED=$(SEED) TEST_PROJECT_LIMIT=12h eng/test.sh Crash

fuzz: test-needs
	@REEVE_FUZZ=$(or $(TIMES),50) REEVE_FUZZ_SEED=$(SEED) TEST_FILTER=Kind=fuzz TEST_PROJECT_LIMIT=12h eng/test.sh Languages Server.

lint: run-needs
	@eng/lint.sh

bench: test-needs build
	@test -f bench/Reeve.Bench/Reeve.Bench.csproj || { echo 'bench/Reeve.Bench: there is no such project'; exit 1; }
	@dotnet build bench/Reeve.Bench -c Release --nologo -v q -nodeReuse:false -p:UseSharedCompilation=false
	@exec dotnet run --project bench/Reeve.Bench -c Release --no-build -- $(ARGS)

reference: test-needs
	@for project in Cli Server; do \
	  dotnet build tests/Reeve.$$project.Tests --nologo -v q -nodeReuse:false -p:UseSharedCompilation=false; \
	  REEVE_WRITE_REFERENCE=1 dotnet test tests/Reeve.$$project.Tests/bin/Debug/net10.0/Reeve.$$project.Tests.dll --nologo \
	    --filter 'FullyQualifiedName~.Reference.|FullyQualifiedName~TableTests'; \
	done
	@git diff --stat docs/reference

clean:
	@rm -rf out reeve TestResults
	@find src tests bench -type d \( -name bin -o -name obj \) -prune -exec rm -rf {} + 2>/dev/null || true
