/* The parts of a model; see model.h.
 * SPDX-License-Identifier: MIT */
#include "model/model.h"

#include <stdlib.h>

void
mr_model_free(struct mr_model *m)
{
	free(m->bu);
	free(m->bi);
	mr_mat_free(&m->U);
	mr_mat_free(&m->V);
	*m = (struct mr_model){ 0 };
}
