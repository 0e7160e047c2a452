# Third-party suites, those that are in MR_SHARED; `make conform` counts all.
# SPDX-License-Identifier: MIT
load ../helpers

# 1,545 runs for blns alone, under a sanitizer on a busy machine.
# shellcheck disable=SC2034
TRY_SECONDS=500

# conforms SUITE FOLDER - all cases come out as the suite says.
conforms() {
	need_shared "suites/$2"
	BUILD=$MR_BUILD try "$TOP/tests/conform/run" "$1"
	[ "$STATUS" -eq 0 ] || {
		cat "$OUT"
		fail "not all was survived"
	}
	grep -qE '^survived [1-9][0-9]* of [0-9]+$' "$OUT" || fail "no count"
}

@test "bert-tokenization" { conforms bert-tokenization bert-tokenization; }
@test "bert-codepoints" { conforms bert-codepoints bert-tokenization; }
@test "blns" { conforms blns blns; }
@test "csv-spectrum" { conforms csv-spectrum csv-spectrum; }
@test "csv-test-data" { conforms csv-test-data csv-test-data; }
@test "csv-tools" { conforms csv-tools libcsv-tests; }
@test "kuhn-utf8" { conforms kuhn-utf8 kuhn-utf8; }
@test "safetensors-malformed" {
	conforms safetensors-malformed safetensors-malformed
}
@test "safetensors-tools" { conforms safetensors-tools safetensors-malformed; }
@test "unicode-normalization" {
	conforms unicode-normalization unicode-normalization
}
@test "utf8tests" { conforms utf8tests utf8tests; }
