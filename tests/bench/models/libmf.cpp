// What LIBMF's own mf-train does, from its library: read a file of "user item
// rating", factorize, write the model; then the RMSE on a test file.
// SPDX-License-Identifier: MIT
//
//     libmf FACTORS ITERATIONS THREADS TRAIN TEST MODEL
//
// All other parameters are LIBMF's defaults.  Prints seconds of reading,
// training and writing, the peak MiB until then, RMSE on TEST.
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "mf.h"

static double
now_s()
{
	using namespace std::chrono;

	return duration<double>(steady_clock::now().time_since_epoch()).count();
}

int
main(int argc, char **argv)
{
	if (argc != 7) {
		fprintf(stderr, "usage: libmf FACTORS ITERATIONS THREADS TRAIN "
		    "TEST MODEL\n");
		return 1;
	}
	double start = now_s(), read, trained, written;
	mf::mf_parameter o = mf::mf_get_default_param();

	o.k = atoi(argv[1]);
	o.nr_iters = atoi(argv[2]);
	o.nr_threads = atoi(argv[3]);
	o.quiet = true;
	o.copy_data = false;

	mf::mf_problem train = mf::read_problem(argv[4]);
	read = now_s();
	mf::mf_model *m = mf::mf_train(&train, o);
	trained = now_s();
	if (!m || mf::mf_save_model(m, argv[6]) != 0) {
		fprintf(stderr, "libmf: nothing was trained or written\n");
		return 1;
	}
	written = now_s();

	struct rusage use;
	getrusage(RUSAGE_SELF, &use);
	mf::mf_problem test = mf::read_problem(argv[5]);
	printf("%.3f\t%.3f\t%.3f\t%.1f\t%.5f\n", read - start, trained - read,
	    written - trained, (double)use.ru_maxrss / 1024,
	    mf::calc_rmse(&test, m));
	delete[] train.R;
	delete[] test.R;
	mf::mf_destroy_model(&m);
	return 0;
}
