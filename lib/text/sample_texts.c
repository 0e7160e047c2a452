/* Texts of many kinds, that a transformer in 8 bits is fitted to: see
 * encoder.h.  What they say does not matter, but that they are not alike.
 * SPDX-License-Identifier: MIT */
#include "text/sample_texts.h"

#include <stddef.h>

const char *const mr_sample_texts[] = {
	"The old lighthouse keeper climbed the stairs one last time "
	    "before the storm.",
	"A detective in Paris looks for a stolen painting and finds his "
	    "brother; Crime, Drama",
	"Night of the Iron Wolves (1974); Harold Brandt (director); Mary "
	    "Oakley, Jim Stone (screenplay); Peter Hale, Susan Reyes, Tom "
	    "Varga, Alice Munro, Bob Kessler; Horror, Western",
	"Summer Rain; Romance, Comedy",
	"How do I cook rice without a pot?",
	"what is the capital of australia",
	"Boil the potatoes for twenty minutes, drain them, then mash "
	    "with butter, salt and 50 ml of warm milk.",
	"for (i = 0; i < n; i++) sum += a[i] * b[i];",
	"SELECT name, count(*) FROM users WHERE age >= 18 GROUP BY name "
	    "ORDER BY 2 DESC;",
	"<p class=\"note\">See <a "
	    "href=\"https://example.org/help?id=42\">help</a></p>",
	"I loved the first half, but the ending was far too long and the "
	    "music hurt my ears!!!",
	"happy",
	"1984",
	"42, 17, 3.14159, 1,000,000 and -8",
	"?",
	"Water is a molecule of two hydrogen atoms and one oxygen atom; "
	    "it boils at 100 degrees Celsius at sea level.",
	"The patient was given 200 mg of the drug twice a day and showed "
	    "no fever after the third day.",
	"Our Father's Garden; Anna Petrova, Li Wei, Mohammed al-Farsi, "
	    "José García, Björn Åkesson, François Dupé; Documentary",
	"Москва — большой город",
	"東京の映画館",
	"Der Zug fährt morgen um acht Uhr nach München.",
	"La niña corre por la calle con su perro.",
	"Two robots, lost on Mars, must repair a broken ship; Science "
	    "Fiction, Adventure",
	"Football: United beat City 2-1 after a late penalty in the 89th "
	    "minute.",
	"lol ok see u at 8 tmrw :-)",
	"She said, \"I never told him,\" and closed the door.",
	"#music @anna new song out now",
	"jazz, blues, swing, bebop, soul",
	"Error 404: file not found",
	"A brief history of the bicycle",
	"An orphan learns magic from an old thief and saves the kingdom "
	    "from a dragon; Fantasy, Family, Animation",
	"The theorem follows from the lemma by induction on the number "
	    "of vertices of the graph.",
	"Why is the sky blue at noon and red in the evening?",
	"Call 555-0134 between 9 am and 5 pm.",
	"the the the the",
	"Mountains, rivers, lakes: a photographer's year in the Alps, "
	    "with a foreword by her daughter",
	"C:\\Users\\anna\\notes.txt",
	"$ tar -xzf backup-2021.tar.gz --directory=/var/tmp",
	"{\"id\": 7, \"tags\": [\"a\", \"b\"], \"ok\": false}",
	"x' OR 'a'='a' -- <img alt=\"cat\" onload=run()>",
	"=== *** /// ___ ###",
	"☃ ✓ → ½ €",
	"x² + y² = z²; Ω, β, λ",
	"مرحبا بالعالم",
	"🎬🍿🙂",
	"qwrtp sdfgh zxcvb",
	"%s%d%n &amp; \\x41\\u0042",
	"[[nested](brackets)]{here}",
	NULL
};
