"""Trains SLM and projector with PyTorch and transformers on the features that `l2s train` has stored, and tells pairs/s.

python train_peer.py --features DIR/features-….bin --tokenizer llm/tokenizer.json --slm slm/config.json \
    --data train.tsv.gz --dev dev.tsv.gz --template 'translate English to German: {source}' --steps 60 --threads 2
The same batches by length, fusion add, MLP projector, RMS-scaled AdamW, label smoothing and clipping as `l2s train
--scale-by-rms`. Needs torch, transformers, tokenizers, numpy.
"""
import argparse
import gzip
import json
import random
import statistics
import time

import numpy
import torch
from tokenizers import Tokenizer
from transformers import T5Config, T5ForConditionalGeneration

options = argparse.ArgumentParser()
for name in ('features', 'tokenizer', 'slm', 'data', 'dev'):
    options.add_argument('--' + name, required=True)
options.add_argument('--template', default='{source}')
options.add_argument('--hidden', type=int, default=512)
options.add_argument('--batch-size', type=int, default=64)
options.add_argument('--steps', type=int, default=60)
options.add_argument('--threads', type=int, default=2)
options = options.parse_args()
torch.set_num_threads(options.threads)
torch.manual_seed(1)
random.seed(1)


def pairs(file):
    with gzip.open(file, 'rt') as lines:
        rows = [line.rstrip('\n').split('\t')[:2] for line in lines]
    prompts = tokenizer.encode_batch([options.template.replace('{source}', row[0]) for row in rows])
    targets = tokenizer.encode_batch([row[1] for row in rows])
    return [(tuple(p.ids), t.ids) for p, t in zip(prompts, targets)]


tokenizer = Tokenizer.from_file(options.tokenizer)
train, dev = pairs(options.data), pairs(options.dev)
slm = T5ForConditionalGeneration(T5Config(**json.load(open(options.slm)))).float().train()
for module in slm.modules():
    if isinstance(module, torch.nn.Dropout):
        module.p = 0.0

# The file: 80 bytes of header, then float32 [length, width] and 4 bytes of checksum for each distinct prompt, by length.
distinct = sorted(dict.fromkeys(p for p, _ in train + dev), key=lambda p: (len(p), p))
data = numpy.memmap(options.features, dtype=numpy.uint8, mode='r')
total = sum(map(len, distinct))
width = (len(data) - 80 - 4 * len(distinct)) // (4 * total)
offsets, at = {}, 80
for prompt in distinct:
    offsets[prompt] = at
    at += 4 * width * len(prompt) + 4
assert at == len(data), 'the file belongs to other data'
projector = torch.nn.Sequential(
    torch.nn.Linear(width, options.hidden), torch.nn.ReLU(), torch.nn.Linear(options.hidden, slm.config.d_model))
parameters = list(slm.parameters()) + list(projector.parameters())
optimizer = torch.optim.AdamW(
    [dict(params=[p]) for p in parameters], lr=3e-2, betas=(0.9, 0.98), weight_decay=0.0, fused=True)


def batches():
    order = list(range(len(train)))
    random.shuffle(order)
    chunk = options.batch_size * 50
    for start in range(0, len(order), chunk):
        rows = sorted(order[start:start + chunk], key=lambda i: (len(train[i][1]), len(train[i][0])))
        cut = [rows[i:i + options.batch_size] for i in range(0, len(rows), options.batch_size)]
        random.shuffle(cut)
        yield from cut


def step(rows):
    prompts, targets = zip(*(train[i] for i in rows))
    length, target = max(map(len, prompts)), max(map(len, targets))
    features = numpy.zeros((len(rows), length, width), dtype=numpy.float32)
    for row, prompt in enumerate(prompts):
        stored = data[offsets[prompt]:offsets[prompt] + 4 * width * len(prompt)]
        features[row, :len(prompt)] = stored.view(numpy.float32).reshape(len(prompt), width)
    ids = torch.tensor([list(p) + [0] * (length - len(p)) for p in prompts])
    mask = torch.tensor([[1] * len(p) + [0] * (length - len(p)) for p in prompts])
    labels = torch.tensor([t + [-100] * (target - len(t)) for t in targets])
    inputs = slm.get_input_embeddings()(ids) + projector(torch.from_numpy(features))
    logits = slm(inputs_embeds=inputs, attention_mask=mask, labels=labels).logits
    loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), labels.flatten(), label_smoothing=0.1)
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(parameters, 1.0)
    for group in optimizer.param_groups:
        group['lr'] = 1e-3 * max(1e-3, group['params'][0].detach().pow(2).mean().sqrt().item())
    optimizer.step()
    return loss.item()


seconds = []
for number, rows in zip(range(options.steps), batches()):
    before = time.perf_counter()
    loss = step(rows)
    seconds.append(time.perf_counter() - before)
whole = options.batch_size * len(seconds) / sum(seconds)
print(f'{whole:.0f} pairs/s over {len(seconds)} steps, median step {statistics.median(seconds) * 1e3:.0f} ms, loss {loss:.3f}')
