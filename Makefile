# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
#
# The one entry for developers and for those who build from source: `make help` lists the targets.
# The builds themselves are described in CMakePresets.json.

BUILD := build/release
PREFIX ?= /usr/local
TIME ?= 60
JOBS ?= $(shell nproc 2>/dev/null || echo 2)
# Debian's interpreter is the one that has Debian's numpy and astropy; another may come first on PATH.
PYTHON ?= $(firstword $(wildcard /usr/bin/python3) python3)

SOURCES = $(shell git ls-files '*.cpp' '*.h')
TIDY := $(firstword $(foreach v,22 21 20 19 18 17,$(shell command -v clang-tidy-$(v))))

configure = cmake --preset $(1) -DPython3_EXECUTABLE=$(PYTHON)
compile = cmake --build --preset $(1) --parallel $(JOBS)

.PHONY: all docs bench-record setup setup-tools build-tests demo test test-wheel install bench lint lint-doors lint-sources \
        lint-format lint-cppcheck lint-tidy asan tsan fuzz soak parity golden-update picture format clean help

all: ## Build the commands into build/release/bin (the default)
	$(call configure,release)
	$(call compile,release) --target wyvern python_package

setup: ## Install the packages that building and testing need, if any is missing (Debian: apt)
	bash tools/setup.sh build test

setup-tools: ## Install the packages that lint and bench need, if any is missing
	bash tools/setup.sh build lint bench

build-tests:
	$(call configure,release)
	$(call compile,release)

docs: all ## Write docs/commands, docs/parameters.md and docs/calibration-rules.md from the declarations
	$(PYTHON) tools/make_docs.py $(BUILD)/bin

demo: setup all ## Simulate a small night and reduce it as the tutorial does, in demo/
	bash tools/demo.sh $(BUILD)/bin demo

test: setup build-tests ## Build everything and run all tests
	ctest --preset release -j $(JOBS)

test-wheel: all ## Install the Python packages with pip into a new environment and test them there
	bash tests/python/wheel.sh $(PYTHON) $(CURDIR)/$(BUILD) $(BUILD)/wheel || [ $$? = 77 ]

install: all ## Install the commands into PREFIX/bin and the Python packages (PREFIX=/usr/local)
	cmake --install $(BUILD) --prefix $(abspath $(PREFIX))

bench: all ## Time the recipes beside their floors, and the pixel kernels beside memcpy (COMPARE=OLD.json)
	$(PYTHON) bench/recipes.py --bin $(BUILD)/bin --json $(BUILD)/bench.json $(if $(COMPARE),--compare $(COMPARE))
	$(call compile,release) --target kernel_bench
	$(BUILD)/bench/kernel_bench --benchmark_out=$(BUILD)/bench-kernels.json --benchmark_out_format=json

bench-record: all ## Keep this processor's ratios of recipes to floors, which tests hold later ones against
	$(PYTHON) bench/recipes.py --bin $(BUILD)/bin --record bench/figures.json

lint: lint-doors lint-sources lint-format lint-cppcheck lint-tidy ## All checks of the source text

lint-doors: ## Check that rooms include only from rooms they may use
	$(PYTHON) tools/check_doors_test.py
	$(PYTHON) tools/check_doors.py

lint-sources: ## Check licence headers and file lengths
	$(PYTHON) tools/check_sources.py

lint-format: ## Check the format of C++ files
	@clang-format --dry-run -Werror $(SOURCES)

lint-cppcheck: ## Run cppcheck
	cppcheck --std=c++20 --language=c++ --quiet --error-exitcode=1 -j $(JOBS) -I src \
	  --enable=warning,performance,portability --inline-suppr \
	  --suppressions-list=tools/cppcheck.suppressions src bench

lint-tidy: ## Run clang-tidy, when one of version 17 or later is installed
ifeq ($(TIDY),)
	@echo "clang-tidy 17 or later is not installed (make setup-tools): skipped"
else
	$(call configure,release)
	$(PYTHON) tools/run_tidy.py --clang-tidy $(TIDY) --build $(BUILD) --jobs $(JOBS)
endif

asan: setup ## Build and run the tests under the address and undefined-behaviour sanitizers
	$(call configure,asan)
	$(call compile,asan)
	LSAN_OPTIONS=suppressions=$(CURDIR)/tools/lsan.suppressions:print_suppressions=0 ctest --preset asan -j $(JOBS)

tsan: setup ## Build and run the tests under the thread sanitizer
	$(call configure,tsan)
	$(call compile,tsan)
	ctest --preset tsan -j $(JOBS)

soak: build-tests ## Fail every system call in turn, kill reductions 500 times, run many programs at once (hours)
	$(PYTHON) tests/robustness/kill.py $(BUILD)/bin $(BUILD)/soak/kill 500
	$(PYTHON) tests/robustness/crowd.py $(BUILD)/bin $(BUILD)/soak/crowd 20 reductions descriptors inputs vanished
	$(PYTHON) tests/robustness/scarce.py $(BUILD)/bin $(BUILD)/soak/scarce full no-room read-only science bz2
	tests/robustness/soak_faults.sh $(PYTHON) $(BUILD)

fuzz: ## Run each fuzz target for TIME seconds (TIME=60) from its corpus
	bash tools/setup.sh build fuzz
	cmake --preset fuzz
	$(call compile,fuzz)
	tools/fuzz.sh build/fuzz $(TIME)

parity: build-tests ## Compare with the reference's products (needs the reference data)
	ctest --preset release -L parity

golden-update: build-tests ## Write what the commands print now into the cases of tests/golden
	ctest --preset release -L golden -R 'golden.(night|tutorial)' --quiet
	$(PYTHON) tests/golden/run.py replay --bin $(BUILD)/bin --work $(BUILD)/tests/golden/work --update

picture: all ## Make docs/images/before-after.png anew
	$(PYTHON) tools/make_picture.py --bin $(BUILD)/bin docs/images/before-after.png

format: ## Format all C++ files in place
	@clang-format -i $(SOURCES)

clean: ## Remove what has been built, and the demo
	rm -rf build/release build/debug build/asan build/tsan build/fuzz demo

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' \
	  | awk -F'\t' '{ printf "  %-15s %s\n", $$1, $$2 }'
