/* The list of English stop words; see stop_words.h.
 * SPDX-License-Identifier: MIT */
#include "text/stop_words.h"

static const char *const lists[] = {
	/* articles and other words before a noun */
	"an the this that these those each every either neither any some no "
	"such same other another both all few several many much more most "
	"less least enough own what whatever which whichever whose",
	/* pronouns */
	"me my mine myself we us our ours ourselves you your yours yourself "
	"yourselves he him his himself she her hers herself it its itself "
	"they them their theirs themselves one ones oneself someone somebody "
	"something anyone anybody anything everyone everybody everything "
	"nobody nothing none who whom whoever",
	/* prepositions */
	"of in on at by for from to into onto upon with within without about "
	"above across after against along alongside amid among amongst around "
	"as before behind below beneath beside besides between beyond despite "
	"down during except inside like near off out outside over past per "
	"since than through throughout till toward towards under underneath "
	"until up via",
	/* conjunctions and words that ask */
	"and or but nor so yet if unless because although though whereas "
	"while whether when whenever where wherever why how however therefore "
	"thus hence then else",
	/* auxiliary verbs */
	"am is are was were be been being have has had having do does did "
	"doing done can could may might must shall should will would ought "
	"cannot",
	/* adverbs */
	"not never ever always often sometimes already again also too very "
	"quite rather just only even still almost perhaps maybe here there "
	"now soon later once away back together instead otherwise else "
	"meanwhile really",
	/* what is left of contractions: isn't, they'll, we've, you're */
	"isn aren wasn weren hasn haven hadn doesn didn wouldn couldn shouldn "
	"mustn needn mightn shan ain ll ve re"
};

int
mr_stop_words_en(struct mr_ids *words, struct mr_err *err)
{
	int rc = MR_OK;

	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
		struct mr_slice rest = mr_slice_of(lists[i]);

		while (rest.p && rc == MR_OK) {
			int32_t at;

			rc = mr_ids_add(words, mr_slice_cut(&rest, ' '), &at,
			    NULL, err);
		}
	}
	return rc;
}
