"""Makes a pair of checkpoints that agree on a chosen share of tokens, to time the route EXACT.

    python make_exact_pair.py t5-large t5-small --agreement 0.75 --output pair

takes checkpoints with random weights (make_models.py). Every token is followed by one other, which an untied head
finds from the embedding of the last token alone; the small model's head knows another successor for the rest of the
tokens. Embeddings are large, so that the layers, which cost what they cost, hardly change the choice. The agreement
is measured, teacher-forced on the large model's answers to random prompts, and printed.
"""

import argparse
import json
import pathlib
import shutil

import numpy as np
import torch
from safetensors.numpy import load_file, save_file
from transformers import T5ForConditionalGeneration

FIRST, LAST = 2, 32_000  # ids that follow each other: neither padding nor the end
EMBEDDING_SCALE = 6


def make(source, target, agreement):
    target.mkdir(parents=True)
    for file in source.iterdir():
        if file.name != "model.safetensors":
            shutil.copy(file, target)
    config = json.loads((source / "config.json").read_text())
    config["tie_word_embeddings"] = False
    (target / "config.json").write_text(json.dumps(config, indent=1))

    weights = load_file(source / "model.safetensors")
    embeddings = weights["shared.weight"]  # [vocabulary, width]
    random = np.random.default_rng(7)
    order = random.permutation(np.arange(FIRST, LAST))
    before = np.full(len(embeddings), -1)
    before[order] = np.roll(order, 1)
    head = np.where(before[:, None] >= 0, embeddings[before], 0)
    head[order[0]] += embeddings[0]  # the start token leads into the circle
    others = order[1 + random.choice(len(order) - 1, int((1 - agreement) * len(order)), replace=False)]
    head[others] = embeddings[before[np.roll(others, 1)]]
    weights["shared.weight"] = embeddings * EMBEDDING_SCALE
    weights["lm_head.weight"] = head.astype(np.float32)
    save_file(weights, target / "model.safetensors", metadata={"format": "pt"})


@torch.no_grad()
def measured_agreement(llm, slm):
    torch.manual_seed(0)
    large = T5ForConditionalGeneration.from_pretrained(llm).eval()
    small = T5ForConditionalGeneration.from_pretrained(slm).eval()
    prompts = torch.randint(FIRST, LAST, (8, 64))
    answers = large.generate(prompts, max_new_tokens=64, do_sample=False)  # [8, 65]
    drafts = small(input_ids=prompts, decoder_input_ids=answers[:, :-1]).logits.argmax(-1)
    return (drafts == answers[:, 1:]).float().mean().item()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("llm", type=pathlib.Path)
    parser.add_argument("slm", type=pathlib.Path)
    parser.add_argument("--agreement", type=float, required=True, help="share of tokens, 0 to 1")
    parser.add_argument("--output", type=pathlib.Path, required=True, help="new directory for llm and slm")
    options = parser.parse_args()
    make(options.llm, options.output / "llm", 1)
    make(options.slm, options.output / "slm", options.agreement)
    print(f"agreement {measured_agreement(options.output / 'llm', options.output / 'slm'):.2f}")


main()
