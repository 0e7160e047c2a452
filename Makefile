# mr: a recommender made of Unix filters.  `make help` lists the targets.
# SPDX-License-Identifier: MIT

VERSION = 0.2.0
PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
MANDIR ?= $(PREFIX)/share/man
DOCDIR ?= $(PREFIX)/share/doc/mr
LIBEXECDIR ?= $(PREFIX)/libexec
BASHDIR ?= $(PREFIX)/share/bash-completion/completions
ZSHDIR ?= $(PREFIX)/share/zsh/site-functions
FISHDIR ?= $(PREFIX)/share/fish/vendor_completions.d
PKG_CONFIG ?= pkg-config
CLANG ?= clang
BUILD ?= build
OPT ?= -O2 -g
FUZZ_SECONDS ?= 60

TOOLS = $(patsubst cmd/%.c,%,$(wildcard cmd/mr-*.c))
PLOT = $(BUILD)/bin/mr-plot
PROGRAMS = $(TOOLS) mr-plot
COMPLETION = $(PROGRAMS:%=$(BUILD)/completion/bash/%) \
	$(PROGRAMS:%=$(BUILD)/completion/zsh/_%) \
	$(PROGRAMS:%=$(BUILD)/completion/fish/%.fish)
LIB_SRC = $(wildcard lib/*/*.c lib/*/*/*.c)
LIB_OBJ = $(LIB_SRC:%.c=$(BUILD)/obj/%.o)
UNIT_SRC = $(wildcard tests/unit/test_*.c)
UNIT = $(UNIT_SRC:tests/unit/%.c=$(BUILD)/unit/%)
FUZZ_SRC = $(wildcard tests/fuzz/fuzz_*.c)
REPLAY = $(FUZZ_SRC:tests/fuzz/%.c=$(BUILD)/replay/%)
FUZZ = $(FUZZ_SRC:tests/fuzz/%.c=$(BUILD)/fuzz/%)
MAN = $(wildcard man/*.[1-8])
SHELL_SRC = $(filter-out scripts/debian,$(wildcard scripts/* .ci/run \
	tests/*/run tests/fetch-axe tests/bench/*.sh tests/bench/*/*.sh tests/*.bash \
	tests/*/*.bats))

# Ours first, the user's CPPFLAGS, CFLAGS, LDFLAGS and LDLIBS last.
# _GNU_SOURCE: sched_getaffinity, O_TMPFILE.
# -ffp-contract=off: a sum is rounded as written, whatever the CPU.
# -Wno-psabi: wide vectors pass between inlined functions only.
OUR_CPPFLAGS = -Ilib -D_GNU_SOURCE -DMR_VERSION=\"$(VERSION)\"
OUR_CFLAGS = -std=c11 $(OPT) -ffp-contract=off -fstack-protector-strong \
	-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
	-Wvla -Wno-psabi $(WERROR)
OUR_LIBS = -lxxhash -pthread -lm

# Where it is there it reads gzip, else zlib does.
ISAL := $(if $(filter x86_64-%,$(shell $(CC) -dumpmachine)),$(shell \
	$(PKG_CONFIG) --exists libisal 2>/dev/null && echo -lisal))
OUR_CPPFLAGS += $(if $(ISAL),-DMR_ISAL)

# Each binary links only what it uses: --as-needed drops the rest.
LINK_LIBS = -Wl,--as-needed -lcsv -lutf8proc -ljansson -lgumbo -lmicrohttpd \
	$(ISAL) -lz -lzstd -llzma \
	$(OUR_LIBS) -ldl

# Several goals at once (make -j check lint) would build the same files twice
# at the same time, each in a make of its own; so one after another.
ifneq ($(word 2,$(MAKECMDGOALS)),)
.NOTPARALLEL:
endif

# One short line a file; V=1: the whole command.
ifeq ($(V),1)
Q =
say = @:
else
Q = @
say = @printf '  %-4s %s\n'
endif

#: all        build the tools into $(BUILD)/bin (the default)
all: $(TOOLS:%=$(BUILD)/bin/%) $(PLOT)

$(BUILD)/obj/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(say) CC $<
	$(Q)$(CC) $(OUR_CPPFLAGS) $(CPPFLAGS) $(OUR_CFLAGS) $(CFLAGS) \
	    -MMD -MP -c -o $@ $<

# Under a sanitizer these kernels are what takes the time.
ifdef SANITIZER
$(BUILD)/obj/lib/math/gemm_avx2.o $(BUILD)/obj/lib/math/nn.o: \
    override OPT += -O2
endif

$(BUILD)/libmr.a: $(LIB_OBJ)
	@rm -f $@
	$(say) AR $@
	$(Q)$(AR) qcs $@ $^

$(BUILD)/bin/%: $(BUILD)/obj/cmd/%.o $(BUILD)/libmr.a
	@mkdir -p $(@D)
	$(say) LD $@
	$(Q)$(CC) $(OUR_CFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LINK_LIBS) $(LDLIBS)

# What the shells know of the options, by the tools' own word.
$(BUILD)/completion/bash/%: $(BUILD)/bin/% scripts/completion
	@mkdir -p $(@D)
	$(Q)$< --help=tsv | scripts/completion bash $* >$@

$(BUILD)/completion/zsh/_%: $(BUILD)/bin/% scripts/completion
	@mkdir -p $(@D)
	$(Q)$< --help=tsv | scripts/completion zsh $* >$@

$(BUILD)/completion/fish/%.fish: $(BUILD)/bin/% scripts/completion
	@mkdir -p $(@D)
	$(Q)$< --help=tsv | scripts/completion fish $* >$@

# A script among the tools: it needs only to know its version.
$(PLOT): scripts/mr-plot Makefile
	@mkdir -p $(@D)
	$(say) SED $@
	$(Q)sed 's/^version=.*/version=$(VERSION)/' scripts/mr-plot >$@
	$(Q)chmod +x $@

$(BUILD)/unit/%: $(BUILD)/obj/tests/unit/%.o $(BUILD)/libmr.a
	@mkdir -p $(@D)
	$(say) LD $@
	$(Q)$(CC) $(OUR_CFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lcmocka $(LINK_LIBS) \
	    $(LDLIBS)

# The fuzz targets with a main that replays the files named.
$(BUILD)/replay/%: $(BUILD)/obj/tests/fuzz/%.o \
    $(BUILD)/obj/tests/fuzz/replay.o $(BUILD)/libmr.a
	@mkdir -p $(@D)
	$(say) LD $@
	$(Q)$(CC) $(OUR_CFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LINK_LIBS) $(LDLIBS)

$(BUILD)/pipes $(BUILD)/server: $(BUILD)/%: $(BUILD)/obj/tests/cli/%.o
	$(say) LD $@
	$(Q)$(CC) $(OUR_CFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(BUILD)/sgemm: $(BUILD)/obj/tests/bench/sgemm.o $(BUILD)/libmr.a
	$(say) LD $@
	$(Q)$(CC) $(OUR_CFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LINK_LIBS) $(LDLIBS)

$(BUILD)/peak: $(BUILD)/obj/tests/bench/peak.o $(BUILD)/libmr.a
	$(say) LD $@
	$(Q)$(CC) $(OUR_CFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LINK_LIBS) $(LDLIBS)

$(BUILD)/knn: $(BUILD)/obj/tests/bench/knn.o $(BUILD)/libmr.a
	$(say) LD $@
	$(Q)$(CC) $(OUR_CFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LINK_LIBS) $(LDLIBS)

$(BUILD)/graph: $(BUILD)/obj/tests/bench/index/graph.o $(BUILD)/libmr.a
	$(say) LD $@
	$(Q)$(CC) $(OUR_CFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LINK_LIBS) $(LDLIBS)

$(BUILD)/filters: $(BUILD)/obj/tests/bench/index/filters.o $(BUILD)/libmr.a
	$(say) LD $@
	$(Q)$(CC) $(OUR_CFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LINK_LIBS) $(LDLIBS)

$(BUILD)/planted: $(BUILD)/obj/tests/bench/models/planted.o $(BUILD)/libmr.a
	$(say) LD $@
	$(Q)$(CC) $(OUR_CFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LINK_LIBS) $(LDLIBS)

# Under a sanitizer nothing can stand before its malloc.
FAULT = $(if $(SANITIZER),,$(addprefix $(BUILD)/fault/,preload.so drive))

$(BUILD)/fault/preload.so: tests/fault/preload.c tests/fault/shared.h Makefile
	@mkdir -p $(@D)
	$(say) LD $@
	$(Q)$(CC) $(OUR_CPPFLAGS) $(CPPFLAGS) $(OUR_CFLAGS) $(CFLAGS) -fPIC \
	    -shared $(LDFLAGS) -o $@ $< -ldl -pthread

$(BUILD)/fault/drive: $(BUILD)/obj/tests/fault/drive.o \
    $(BUILD)/obj/tests/fault/judge.o
	@mkdir -p $(@D)
	$(say) LD $@
	$(Q)$(CC) $(OUR_CFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(BUILD)/fault/tiny: $(BUILD)/obj/tests/fault/tiny.o $(BUILD)/libmr.a
	@mkdir -p $(@D)
	$(say) LD $@
	$(Q)$(CC) $(OUR_CFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lcmocka $(LINK_LIBS) \
	    $(LDLIBS)

$(BUILD)/conform: $(BUILD)/obj/tests/conform/conform.o $(BUILD)/libmr.a
	$(say) LD $@
	$(Q)$(CC) $(OUR_CFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LINK_LIBS) $(LDLIBS)

# What the tests run; also without them, so that a build is complete.
programs: all $(UNIT) $(REPLAY) $(BUILD)/pipes $(BUILD)/server $(FAULT) $(BUILD)/fault/tiny \
    $(BUILD)/conform

#: check      install what is missing, build, run all tests
# Set-up comes before the build whatever -j is: hence the second make.
check:
	scripts/deps build test
	scripts/deps plot || echo "no gnuplot: tests of mr-plot are skipped"
	scripts/fetch-model || echo "no model: tests that need it are skipped"
	+$(MAKE) run-tests

run-tests: programs
	$(RUN_UNDER) env BUILD=$(BUILD) MR_SANITIZER=$(SANITIZER) \
	    scripts/run-tests $(KINDS)

#: asan       all but examples of pages under the address and undefined sanitizers
asan:
	+$(MAKE) BUILD=$(BUILD)/asan SANITIZER=address run-tests \
	    KINDS='unit replay cli fault conform' \
	    OPT='-O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all'

#: tsan       the same tests under the thread sanitizer
# Without address randomisation: newer kernels map where it does not expect.
tsan:
	+$(MAKE) BUILD=$(BUILD)/tsan SANITIZER=thread run-tests \
	    RUN_UNDER='setarch -R' OPT='-O1 -g -fsanitize=thread'

#: fuzz       run every fuzz target for FUZZ_SECONDS (60) each
fuzz:
	scripts/deps build fuzz
	+$(MAKE) CC=$(CLANG) BUILD=$(BUILD)/clang \
	    OPT='-O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all' \
	    fuzz-programs
	for f in $(FUZZ_SRC:tests/fuzz/%.c=%); do \
	    mkdir -p $(BUILD)/corpus/$$f tests/fuzz/corpus/$$f && \
	    $(BUILD)/clang/fuzz/$$f -max_total_time=$(FUZZ_SECONDS) \
	        -timeout=10 -artifact_prefix=$(BUILD)/corpus/$$f- \
	        $(BUILD)/corpus/$$f tests/fuzz/corpus/$$f || exit 1; \
	done

fuzz-programs: $(FUZZ)

$(BUILD)/fuzz/%: $(BUILD)/obj/tests/fuzz/%.o $(BUILD)/libmr.a
	@mkdir -p $(@D)
	$(say) LD $@
	$(Q)$(CC) -fsanitize=fuzzer $(OUR_CFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ \
	    $(LINK_LIBS) $(LDLIBS)

#: fault      let every call of the tools fail, one by one: some minutes
fault: all $(FAULT) $(BUILD)/fault/tiny
	BUILD=$(BUILD) tests/fault/run

#: check-scale  the recipes of mr-scale(7), where the engines are installed
check-scale: all
	BUILD=$(BUILD) tests/scale/run

#: conform    the third-party suites beside the project (MR_SHARED), if there
conform: programs
	BUILD=$(BUILD) tests/conform/run

#: bench      measure; TSV on stdout, the machine in the first line
bench: all $(BUILD)/sgemm $(BUILD)/peak $(BUILD)/knn
	@BUILD=$(BUILD) tests/bench/run

#: bench-embed  mr-embed beside other libraries; PEERS=install fetches them
bench-embed: all
	@BUILD=$(BUILD) tests/bench/run embed/speed embed/fidelity

#: bench-index  the graph of near rows beside other libraries, and by filters
bench-index: all $(BUILD)/graph $(BUILD)/filters
	@BUILD=$(BUILD) tests/bench/run index/graph index/filters

#: bench-models  mr-factorize beside other libraries, likewise
bench-models: all $(BUILD)/planted
	@BUILD=$(BUILD) tests/bench/run models/u1 models/original models/planted \
	    models/ials models/newcomers models/lists

#: demo       the pipeline on data/, files in build/demo; SERVE=1: then a page
demo:
	@echo "demo: builds the tools, fetches the text model (87 MiB, once), then" \
	    "runs the pipeline on $(or $(DEMO),data/) into $(BUILD)/demo"
	scripts/deps build
	scripts/fetch-model
	+$(MAKE) all
	BUILD=$(BUILD) scripts/demo $(DEMO)

#: lint       static checks of code, scripts, pages, layers and options
lint:
	scripts/deps build test lint
	+$(MAKE) lint-c lint-tidy lint-sh lint-man lint-deps lint-options

lint-c:
	cppcheck --quiet --std=c11 --inline-suppr --error-exitcode=1 \
	    --enable=warning,performance,portability -j 2 -Ilib \
	    -D_GNU_SOURCE -DMR_VERSION='""' --suppress=missingIncludeSystem \
	    --suppress=arrayIndexOutOfBoundsCond \
	    --suppress='uninitvar:tests/*' \
	    $(wildcard lib cmd tests/unit tests/cli tests/fuzz tests/fault \
	        tests/conform)

# Where it is installed: it is too large to ask for.
lint-tidy:
	@if command -v clang-tidy >/dev/null; then \
	    printf '%s\n' $(LIB_SRC) $(wildcard cmd/*.c) | \
	    xargs -P 2 -n 8 sh -c 'clang-tidy --quiet --warnings-as-errors="*" \
	        "$$@" -- -std=c11 $(OUR_CPPFLAGS) 2>/dev/null' tidy; \
	else echo "clang-tidy is not installed: left out"; fi

# SC2238 takes a file named like a command (tty) for a mistake.
lint-sh:
	shellcheck -S warning -e SC2238 $(SHELL_SRC)

lint-man:
	mandoc -Tlint -Wwarning $(MAN)

lint-deps: all $(BUILD)/libmr.a
	BUILD=$(BUILD) scripts/check-deps

lint-options: all
	BUILD=$(BUILD) scripts/check-man

# folder,files: install them there, as they may be read by all.
put = install -d '$(DESTDIR)$1' && install -m 644 $2 '$(DESTDIR)$1'
FETCH = $(wildcard scripts/fetch-*) scripts/deps

#: install    into DESTDIR, PREFIX (/usr/local), BINDIR, MANDIR, DOCDIR,
#:            LIBEXECDIR; completion into BASHDIR, ZSHDIR, FISHDIR
install: all $(COMPLETION)
	$(Q)install -d '$(DESTDIR)$(BINDIR)' '$(DESTDIR)$(LIBEXECDIR)/mr'
	$(Q)install $(PROGRAMS:%=$(BUILD)/bin/%) '$(DESTDIR)$(BINDIR)'
	$(Q)install $(FETCH) scripts/train-parallel \
	    '$(DESTDIR)$(LIBEXECDIR)/mr'
	$(Q)sed 's/^fetch_version=.*/fetch_version=$(VERSION)/' \
	    scripts/fetch.bash >'$(DESTDIR)$(LIBEXECDIR)/mr/fetch.bash' && \
	    chmod 644 '$(DESTDIR)$(LIBEXECDIR)/mr/fetch.bash'
	$(Q)$(foreach n,1 5 7 8,$(call put,$(MANDIR)/man$n,man/*.$n) &&) :
	$(Q)$(call put,$(DOCDIR),README.md NEWS.md)
	$(Q)$(call put,$(DOCDIR)/examples/data,data/*)
	$(Q)$(call put,$(BASHDIR),$(BUILD)/completion/bash/*)
	$(Q)$(call put,$(ZSHDIR),$(BUILD)/completion/zsh/_*)
	$(Q)$(call put,$(FISHDIR),$(BUILD)/completion/fish/*)

#: uninstall  remove what install put there
uninstall:
	rm -f $(PROGRAMS:%='$(DESTDIR)$(BINDIR)/%') \
	    $(PROGRAMS:%='$(DESTDIR)$(BASHDIR)/%') \
	    $(PROGRAMS:%='$(DESTDIR)$(ZSHDIR)/_%') \
	    $(PROGRAMS:%='$(DESTDIR)$(FISHDIR)/%.fish')
	for page in $(MAN); do \
	    rm -f '$(DESTDIR)$(MANDIR)'/man$${page##*.}/"$${page##*/}"; done
	rm -rf '$(DESTDIR)$(DOCDIR)' '$(DESTDIR)$(LIBEXECDIR)/mr'

#: dist       a source archive of the tagged version
dist:
	@test "$$(git describe --tags --dirty)" = '$(VERSION)' || { \
	    echo "dist: git describe says '$$(git describe --tags --dirty)'," \
	        "not '$(VERSION)'" >&2; exit 1; }
	@grep -Eqx '## $(subst .,\.,$(VERSION))( \([0-9-]+\))?' NEWS.md || { \
	    echo "dist: NEWS.md has no heading '## $(VERSION)'" >&2; exit 1; }
	@mkdir -p $(BUILD)
	git archive --prefix=mr-$(VERSION)/ -o $(BUILD)/mr-$(VERSION).tar.gz HEAD

#: deb        a Debian package of the last commit, into $(BUILD)/deb
deb:
	BUILD=$(BUILD) scripts/make-deb

#: clean      remove $(BUILD)
clean:
	rm -rf $(BUILD)

#: help       this list
help:
	@sed -n 's/^#: //p' Makefile

-include $(LIB_OBJ:.o=.d) $(TOOLS:%=$(BUILD)/obj/cmd/%.d) \
    $(UNIT_SRC:%.c=$(BUILD)/obj/%.d) $(FUZZ_SRC:%.c=$(BUILD)/obj/%.d) \
    $(BUILD)/obj/tests/fuzz/replay.d \
    $(BUILD)/obj/tests/cli/pipes.d $(BUILD)/obj/tests/cli/server.d \
    $(patsubst %,$(BUILD)/obj/tests/fault/%.d,drive judge tiny) \
    $(BUILD)/obj/tests/conform/conform.d \
    $(BUILD)/obj/tests/bench/sgemm.d $(BUILD)/obj/tests/bench/peak.d \
    $(BUILD)/obj/tests/bench/knn.d \
    $(BUILD)/obj/tests/bench/index/graph.d \
    $(BUILD)/obj/tests/bench/index/filters.d \
    $(BUILD)/obj/tests/bench/models/planted.d

.SECONDARY:
.DELETE_ON_ERROR:
.PHONY: all programs check run-tests asan tsan fuzz fuzz-programs fault \
    check-scale conform bench bench-embed bench-index bench-models demo lint \
    lint-c lint-tidy lint-sh lint-man lint-deps lint-options install uninstall dist deb clean help
