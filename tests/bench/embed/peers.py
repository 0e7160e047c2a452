"""Embed texts with the libraries that mr-embed is measured against.

SPDX-License-Identifier: MIT

    peers.py list                               the peers that can run, a line
                                                each; versions on stderr
    peers.py export FOLDER                      write FOLDER/f32.onnx, int8.onnx
    peers.py choose PEER FOLDER TEXTS           print the fastest BATCH STREAMS
    peers.py run PEER FOLDER TEXTS BATCH STREAMS OUT.npy
                                                print seconds, MiB, CPU seconds,
                                                seconds of loading

TEXTS is TSV with the columns item and text.  A run is timed from texts to unit
vectors; imports, loading and one warm-up batch are not in it.  STREAMS batches
are worked on at the same time, each with its share of the CPUs.

The model is the folder that mr-embed reads, and nothing is fetched.
"""
import os

CPUS = len(os.sched_getaffinity(0))
for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"):
    os.environ[name] = str(CPUS)
os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["HF_HUB_OFFLINE"] = os.environ["TRANSFORMERS_OFFLINE"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "true"

import importlib
import importlib.metadata
import re
import resource
import sys
import time
import warnings
from concurrent.futures import ThreadPoolExecutor

MODEL = os.path.join(os.environ.get("XDG_DATA_HOME")
                     or os.path.expanduser("~/.local/share"),
                     "mr", "all-MiniLM-L6-v2")
PIECES = 256
BATCHES = 4, 8, 16, 32, 64
PEERS = {
    "sentence-transformers": ("sentence_transformers", "torch"),
    "onnxruntime": ("onnxruntime", "onnx", "tokenizers", "torch"),
    "openvino": ("openvino", "onnx", "tokenizers", "torch"),
    "openvino-default": ("openvino", "onnx", "tokenizers", "torch"),
    "onnxruntime-int8": ("onnxruntime", "onnx", "tokenizers", "torch"),
}


def transformer():
    """The network alone, as a torch module.

    With attention written out: as one torch operator it is exported with
    checks that cost ONNX Runtime's int8 a sixth and help none of the others.
    """
    from transformers import AutoModel

    return AutoModel.from_pretrained(MODEL, local_files_only=True,
                                     attn_implementation="eager").eval()


def export(folder):
    """Write the network as ONNX, in 32 bits and with 8-bit products.

    The 8-bit setting is the one that sentence-transformers records for its own
    ONNX files: dynamic, weights signed and symmetric per output channel.
    """
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic

    names = ["input_ids", "attention_mask", "token_type_ids"]
    free = {0: "batch", 1: "length"}
    ids = torch.ones(2, 16, dtype=torch.int64)

    class Hidden(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.net = transformer()

        def forward(self, input_ids, attention_mask, token_type_ids):
            return self.net(input_ids=input_ids,
                            attention_mask=attention_mask,
                            token_type_ids=token_type_ids).last_hidden_state

    os.makedirs(folder, exist_ok=True)
    f32 = os.path.join(folder, "f32.onnx")
    int8 = os.path.join(folder, "int8.onnx")
    with torch.no_grad():
        torch.onnx.export(
            Hidden(), (ids, ids, ids * 0), f32 + ".part", input_names=names,
            output_names=["hidden"], opset_version=17, dynamo=False,
            dynamic_axes={n: free for n in names + ["hidden"]})
    quantize_dynamic(f32 + ".part", int8 + ".part", per_channel=True,
                     reduce_range=False, weight_type=QuantType.QInt8)
    os.replace(int8 + ".part", int8)
    os.replace(f32 + ".part", f32)


def open_onnxruntime(path, streams):
    import onnxruntime

    o = onnxruntime.SessionOptions()
    o.intra_op_num_threads = max(1, CPUS // streams)
    o.inter_op_num_threads = 1
    s = onnxruntime.InferenceSession(path, o,
                                     providers=["CPUExecutionProvider"])
    wanted = {i.name for i in s.get_inputs()}
    return lambda: lambda feed: s.run(
        None, {k: v for k, v in feed.items() if k in wanted})[0]


def open_openvino(path, streams, precision):
    """precision None leaves the choice to it: bf16 where the CPU has that."""
    import openvino

    settings = {"INFERENCE_NUM_THREADS": CPUS, "NUM_STREAMS": streams}
    if precision:
        settings["INFERENCE_PRECISION_HINT"] = precision
    net = openvino.Core().compile_model(path, "CPU", settings)
    wanted = {n for i in net.inputs for n in i.get_names()}

    def request():
        r = net.create_infer_request()
        return lambda feed: r.infer(
            {k: v for k, v in feed.items() if k in wanted},
            share_inputs=True, share_outputs=True)[0]
    return request


class Network:
    """A network of hidden states, with tokens before and the mean behind."""

    def __init__(self, peer, folder, streams):
        from tokenizers.implementations import BertWordPieceTokenizer

        self.tokens = BertWordPieceTokenizer(
            os.path.join(MODEL, "vocab.txt"), lowercase=True)
        self.tokens.enable_truncation(PIECES)
        if peer == "openvino":
            make = open_openvino(os.path.join(folder, "f32.onnx"), streams,
                                 "f32")
        elif peer == "openvino-default":
            make = open_openvino(os.path.join(folder, "f32.onnx"), streams,
                                 None)
        else:
            file = "int8.onnx" if peer.endswith("int8") else "f32.onnx"
            make = open_onnxruntime(os.path.join(folder, file), streams)
        self.pool = ThreadPoolExecutor(streams)
        self.idle = [make() for _ in range(streams)]

    def batch(self, rows):
        import numpy as np

        length = max(len(r.ids) for r in rows)
        ids = np.zeros((len(rows), length), np.int64)
        mask = np.zeros((len(rows), length), np.int64)
        for i, r in enumerate(rows):
            ids[i, :len(r.ids)] = r.ids
            mask[i, :len(r.ids)] = 1
        infer = self.idle.pop()
        hidden = infer({"input_ids": ids, "attention_mask": mask,
                        "token_type_ids": np.zeros_like(ids)})
        x = np.matmul(mask[:, None, :].astype(np.float32), hidden)[:, 0]
        self.idle.append(infer)
        return x / np.linalg.norm(x, axis=1, keepdims=True)

    def embed(self, texts, size):
        import numpy as np

        rows = self.tokens.encode_batch(texts)
        # Longest first: the last batches, which end the work, are short.
        order = sorted(range(len(rows)), key=lambda i: -len(rows[i].ids))
        parts = [order[i:i + size] for i in range(0, len(order), size)]
        out = np.empty((len(rows), 384), np.float32)
        done = self.pool.map(self.batch,
                             [[rows[i] for i in p] for p in parts])
        for p, x in zip(parts, done):
            out[p] = x
        return out


class SentenceTransformers:
    def __init__(self):
        import torch
        from sentence_transformers import SentenceTransformer

        torch.set_num_threads(CPUS)
        self.model = SentenceTransformer(MODEL, device="cpu",
                                         local_files_only=True)
        self.model.max_seq_length = PIECES

    def embed(self, texts, size):
        return self.model.encode(texts, batch_size=size,
                                 show_progress_bar=False)


def open_peer(peer, folder, streams):
    if peer == "sentence-transformers":
        return SentenceTransformers()
    return Network(peer, folder, streams)


def read_texts(path):
    back = {"t": "\t", "n": "\n", "r": "\r", "\\": "\\"}
    with open(path, encoding="utf-8", newline="\n") as f:
        rows = [line.rstrip("\n").split("\t") for line in f][1:]
    return [re.sub(r"\\([tnr\\])", lambda m: back[m[1]], r[1]) for r in rows]


def choose(peer, folder, texts):
    """The fastest setting on a quarter of the texts, the better of two runs."""
    texts = texts[::4]
    best = None
    one = peer == "sentence-transformers" or CPUS == 1
    for streams in [1] if one else [1, CPUS]:
        net = open_peer(peer, folder, streams)
        net.embed(texts[:64], 16)
        for size in BATCHES:
            seconds = min(timed(net, texts, size)[1] for _ in range(2))
            print("%s: batch %d, streams %d: %.0f texts/s" % (
                peer, size, streams, len(texts) / seconds), file=sys.stderr)
            if best is None or seconds < best[0]:
                best = seconds, size, streams
    print(best[1], best[2])


def timed(net, texts, size):
    """The vectors, seconds and CPU seconds."""
    t, cpu = time.monotonic(), time.process_time()
    x = net.embed(texts, size)
    return x, time.monotonic() - t, time.process_time() - cpu


def run(peer, folder, texts, size, streams, out):
    import numpy as np

    t = time.monotonic()
    net = open_peer(peer, folder, streams)
    loading = time.monotonic() - t
    net.embed(texts[:size], size)
    x, seconds, cpu = timed(net, texts, size)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    np.save(out, x)
    print("%.6f\t%.1f\t%.2f\t%.2f" % (seconds, peak, cpu, loading))


def list_peers():
    versions = {}
    for peer, needs in PEERS.items():
        try:
            for name in needs:
                importlib.import_module(name)
                versions[name] = importlib.metadata.version(
                    name.replace("_", "-"))
        except ImportError as e:
            print("%s left out: %s" % (peer, e), file=sys.stderr)
            continue
        print(peer)
    print("\t".join("%s %s" % v for v in sorted(versions.items())),
          file=sys.stderr)


def main(args):
    warnings.filterwarnings("ignore")
    if args[:1] == ["list"] and len(args) == 1:
        list_peers()
    elif args[:1] == ["export"] and len(args) == 2:
        export(args[1])
    elif args[:1] == ["choose"] and len(args) == 4:
        choose(args[1], args[2], read_texts(args[3]))
    elif args[:1] == ["run"] and len(args) == 7:
        run(args[1], args[2], read_texts(args[3]), int(args[4]),
            int(args[5]), args[6])
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
