"""The data of graph.c searched by hnswlib and faiss: CPU time, recall@10.

    peers.py FILE NAME ROWS COLUMNS QUERIES

SPDX-License-Identifier: MIT
"""
import sys
import time

import faiss
import hnswlib
import numpy

K = 10
path, name = sys.argv[1:3]
n, d, m = map(int, sys.argv[3:6])
with open(path, "rb") as f:
    base = numpy.fromfile(f, "f4", n * d).reshape(n, d)
    query = numpy.fromfile(f, "f4", m * d).reshape(m, d)
    best = numpy.fromfile(f, "i4", m * K).reshape(m, K)


def report(step, effort, share, cost):
    print(f"{name}\t{n}\t{d}\t{step}\t{effort}\t{share:.4f}\t{cost:.2f}",
          flush=True)


def recall(rows):
    return sum(len(set(a) & set(b)) for a, b in zip(rows, best)) / (m * K)


def timed(step, efforts, search):
    for _ in range(3):
        for effort in efforts:
            start = time.process_time()
            rows = search(effort)
            cost = 1e6 * (time.process_time() - start) / m
            report(step, effort, recall(rows), cost)


start = time.process_time()
h = hnswlib.Index("ip", d)
h.init_index(n, ef_construction=200, M=16)
h.add_items(base, num_threads=2)
report("hnswlib build", 0, 0, time.process_time() - start)


def hnsw(ef):
    h.set_ef(ef)
    return h.knn_query(query, K, num_threads=1)[0]


timed("hnswlib", [10, 16, 24, 32, 48, 64, 96, 128], hnsw)
del h

faiss.omp_set_num_threads(2)
start = time.process_time()
f = faiss.IndexHNSWFlat(d, 16, faiss.METRIC_INNER_PRODUCT)
f.hnsw.efConstruction = 200
f.add(base)
report("faiss HNSW build", 0, 0, time.process_time() - start)
faiss.omp_set_num_threads(1)
timed("faiss HNSW", [10, 16, 24, 32, 48, 64, 96, 128], lambda ef: f.search(
    query, K, params=faiss.SearchParametersHNSW(efSearch=ef))[1])
del f

faiss.omp_set_num_threads(2)
start = time.process_time()
lists = 1024 if n >= 100000 else 256
x = faiss.index_factory(d, f"IVF{lists},PQ{d // 2}x4fs,RFlat",
                        faiss.METRIC_INNER_PRODUCT)
x.train(base)
x.add(base)
report("faiss IVF-PQ build", 0, 0, time.process_time() - start)
faiss.omp_set_num_threads(1)


def ivf(effort):
    probes, factor = divmod(effort, 100)
    p = faiss.IndexRefineSearchParameters(
        k_factor=factor,
        base_index_params=faiss.SearchParametersIVF(nprobe=probes))
    return x.search(query, K, params=p)[1]


timed("faiss IVF-PQ", [p * 100 + f for p in (4, 8, 12, 16, 24, 32)
                       for f in (4, 10)], ivf)
