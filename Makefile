# mr: a recommender made of Unix filters.  `make help` lists the targets.
# SPDX-License-Identifier: MIT

VERSION = 0.1.0
PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
MANDIR ?= $(PREFIX)/share/man
PKG_CONFIG ?= pkg-config
BUILD ?= build
OPT ?= -O2 -g

TOOLS = $(patsubst cmd/%.c,%,$(wildcard cmd/mr-*.c))
LIB_SRC = $(wildcard lib/*/*.c)
LIB_OBJ = $(LIB_SRC:%.c=$(BUILD)/obj/%.o)
UNIT_SRC = $(wildcard tests/unit/test_*.c)
UNIT = $(UNIT_SRC:tests/unit/%.c=$(BUILD)/unit/%)
MAN = $(wildcard man/*.[1-8])

# Ours first, the user's CPPFLAGS, CFLAGS, LDFLAGS and LDLIBS last.
# _GNU_SOURCE: sched_getaffinity, O_TMPFILE, dlopen's RTLD_DEEPBIND.
# -ffp-contract=off: a sum is rounded as written, whatever the CPU.
# -Wno-psabi: wide vectors pass between inlined functions only.
OUR_CPPFLAGS = -Ilib -D_GNU_SOURCE -DMR_VERSION='"$(VERSION)"'
OUR_CFLAGS = -std=c11 $(OPT) -ffp-contract=off -fstack-protector-strong \
	-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
	-Wvla -Wno-psabi $(WERROR)
OUR_LIBS = -lxxhash -pthread -lm

# Each binary links only what it uses: --as-needed drops the rest.
LINK_LIBS = -Wl,--as-needed -lcsv -lutf8proc -ljansson $(OUR_LIBS) -ldl

all: $(TOOLS:%=$(BUILD)/bin/%)

$(BUILD)/obj/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(OUR_CPPFLAGS) $(CPPFLAGS) $(OUR_CFLAGS) $(CFLAGS) -MMD -MP \
	    -c -o $@ $<

$(BUILD)/libmr.a: $(LIB_OBJ)
	@rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/bin/%: $(BUILD)/obj/cmd/%.o $(BUILD)/libmr.a
	@mkdir -p $(@D)
	$(CC) $(OUR_CFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LINK_LIBS) $(LDLIBS)

$(BUILD)/unit/%: $(BUILD)/obj/tests/unit/%.o $(BUILD)/libmr.a
	@mkdir -p $(@D)
	$(CC) $(OUR_CFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lcmocka $(LINK_LIBS) \
	    $(LDLIBS)

-include $(LIB_OBJ:.o=.d) $(TOOLS:%=$(BUILD)/obj/cmd/%.d) \
    $(UNIT_SRC:%.c=$(BUILD)/obj/%.d)

.SECONDARY:
.PHONY: all
