"""Train with the libraries that mr-factorize's models are measured against.

SPDX-License-Identifier: MIT

    peers.py list                        the peers that can run, a line each;
                                         versions on stderr
    peers.py surprise MODEL TRAIN TEST SEED
                                         print RMSE on TEST, seconds of fit and
                                         test: not of imports and reading
    peers.py implicit HOW TRAIN RECS SEED ALPHA LAMBDA RANK SWEEPS N
                                         write N items a user as TSV to RECS;
                                         HOW is cg or cholesky; print seconds
                                         of fit, of the lists

TRAIN and TEST are TSV of user, item and rating, with a header line or without.
MODEL is one of the names below, with Surprise's default parameters unless
there are others beside it.
"""
import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import importlib
import importlib.metadata
import random
import sys
import time

PEERS = {"surprise": "scikit-surprise", "implicit": "implicit"}
QUIET = {"verbose": False}
SURPRISE = {
    "random": ("NormalPredictor", {}),
    "baseline": ("BaselineOnly", QUIET),
    "svd": ("SVD", {}),
    "svdpp": ("SVDpp", {}),
    "svdpp-30x40": ("SVDpp", {"n_factors": 30, "n_epochs": 40,
                              "lr_all": 0.01, "reg_all": 0.1}),
    "nmf": ("NMF", {}),
    "slopeone": ("SlopeOne", {}),
    "coclustering": ("CoClustering", {}),
    "knn-basic": ("KNNBasic", QUIET),
    "knn-mean": ("KNNWithMeans", QUIET),
    "knn-zscore": ("KNNWithZScore", QUIET),
    "knn-baseline": ("KNNBaseline", QUIET),
    "knn-item": ("KNNBaseline", {
        "sim_options": {"name": "pearson_baseline", "user_based": False},
        "verbose": False}),
}


def read(path):
    """The rows as (user, item, rating); a header has a word for the rating."""
    with open(path, encoding="utf-8", newline="\n") as f:
        rows = [line.rstrip("\n").split("\t")[:3] for line in f]
    try:
        float(rows[0][2])
    except ValueError:
        names = rows[0]
        if names != ["user", "item", "rating"]:
            sys.exit("%s: columns %s" % (path, names))
        rows = rows[1:]
    return [(u, i, float(r)) for u, i, r in rows]


def surprise(model, train, test, seed):
    """Estimates are clipped to the range of TRAIN, as mr-recommend does."""
    import numpy
    import surprise as lib

    train, test = read(train), read(test)
    ratings = [r for _, _, r in train]
    data = lib.Dataset(lib.Reader(rating_scale=(min(ratings), max(ratings))))
    trainset = data.construct_trainset([r + (None,) for r in train])
    name, options = SURPRISE[model]
    random.seed(seed)
    numpy.random.seed(seed)
    start = time.monotonic()
    algorithm = getattr(lib, name)(**options)
    estimates = algorithm.fit(trainset).test(test)
    seconds = time.monotonic() - start
    print("%.6f\t%.4f" % (lib.accuracy.rmse(estimates, verbose=False),
                          seconds))


def implicit(how, train, recs, seed, alpha, regularization, rank, sweeps, n):
    """Ratings count as 1, whatever their value."""
    import numpy
    import scipy.sparse
    from implicit.cpu.als import AlternatingLeastSquares

    rows = read(train)
    users = {u: k for k, u in enumerate(dict.fromkeys(r[0] for r in rows))}
    items = {i: k for k, i in enumerate(dict.fromkeys(r[1] for r in rows))}
    seen = scipy.sparse.csr_matrix(
        (numpy.ones(len(rows), numpy.float32),
         ([users[r[0]] for r in rows], [items[r[1]] for r in rows])),
        shape=(len(users), len(items)))
    model = AlternatingLeastSquares(
        factors=rank, alpha=alpha, regularization=regularization,
        iterations=sweeps, use_cg=how == "cg", random_state=seed)
    start = time.monotonic()
    model.fit(seen, show_progress=False)
    fitted = time.monotonic()
    best, score = model.recommend(numpy.arange(len(users)), seen, N=n)
    end = time.monotonic()
    names = list(items)
    with open(recs, "w", encoding="utf-8") as f:
        f.write("user\trank\titem\tscore\n")
        for u, k in users.items():
            for j in range(n):
                f.write("%s\t%d\t%s\t%g\n" % (u, j + 1, names[best[k, j]],
                                              score[k, j]))
    print("%.4f\t%.4f" % (fitted - start, end - fitted))


def list_peers():
    for module, package in PEERS.items():
        try:
            importlib.import_module(module)
        except ImportError as e:
            print("%s left out: %s" % (package, e), file=sys.stderr)
            continue
        print(module)
        print("%s %s" % (package, importlib.metadata.version(package)),
              file=sys.stderr)


def main(args):
    if args == ["list"]:
        list_peers()
    elif args[:1] == ["surprise"] and len(args) == 5:
        surprise(*args[1:4], int(args[4]))
    elif args[:1] == ["implicit"] and len(args) == 10:
        implicit(*args[1:4], int(args[4]), float(args[5]), float(args[6]),
                 int(args[7]), int(args[8]), int(args[9]))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
