"""Times one peer on one model; prints one JSON object a batch size.

  peers.py ctranslate2 CONVERTED_DIR --types int8,float32
  peers.py transformers CHECKPOINT_DIR --types float32,bfloat16

Prompts are random ids. `first` is a call that decodes one token (encoding included), `total` one that decodes all, and
`per_step` the difference divided by the tokens between them.
"""
import argparse
import json
import random
import time

import torch


def milliseconds(call, runs):
    call()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        call()
        times.append((time.perf_counter() - start) * 1000)
    return sorted(times)


def report(name, kind, batch, first, total, tokens):
    middle = len(first) // 2
    print(json.dumps({
        "peer": name, "type": kind, "batch": batch,
        "first_ms": first[middle], "total_ms": total[middle],
        "total_min_ms": total[0], "total_max_ms": total[-1],
        "per_step_ms": (total[middle] - first[middle]) / (tokens - 1),
        "tokens_per_second": batch * tokens / total[middle] * 1000,
    }), flush=True)


def ctranslate2(args, kind, batch):
    import ctranslate2
    translator = ctranslate2.Translator(
        args.model, "cpu", compute_type=kind, intra_threads=args.threads, inter_threads=1)
    words = [[f"w{random.randint(3, 32000)}" for _ in range(args.prompt_length)] + ["</s>"] for _ in range(batch)]

    def decode(tokens):
        translator.translate_batch(
            words, beam_size=1, min_decoding_length=tokens, max_decoding_length=tokens)

    return decode


def transformers(args, kind, batch):
    from transformers import T5ForConditionalGeneration
    model = T5ForConditionalGeneration.from_pretrained(args.model, dtype=getattr(torch, kind)).eval()
    ids = torch.randint(3, 32000, (batch, args.prompt_length))

    def decode(tokens):
        with torch.inference_mode():
            model.generate(ids, min_new_tokens=tokens, max_new_tokens=tokens, num_beams=1, do_sample=False)

    return decode


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("peer", choices=["ctranslate2", "transformers"])
    parser.add_argument("model")
    parser.add_argument("--types", default="int8")
    parser.add_argument("--batch", default="1,8")
    parser.add_argument("--prompt-length", type=int, default=64)
    parser.add_argument("--output-length", type=int, default=64)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    random.seed(0)
    for kind in args.types.split(","):
        for batch in map(int, args.batch.split(",")):
            decode = globals()[args.peer](args, kind, batch)
            first = milliseconds(lambda: decode(1), args.runs)
            total = milliseconds(lambda: decode(args.output_length), args.runs)
            report(args.peer, kind, batch, first, total, args.output_length)


if __name__ == "__main__":
    main()
