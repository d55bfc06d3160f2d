"""Writes t5-small and t5-large with random weights, as safetensors and as CTranslate2 conversions.

  make_models.py DIR

Speed does not depend on the weights' values. The tokenizer is a stand-in of as many words as T5 has tokens.
"""
import json
import pathlib
import subprocess
import sys

import torch
from transformers import PreTrainedTokenizerFast, T5Config, T5ForConditionalGeneration
from tokenizers import Tokenizer, models, pre_tokenizers, processors

SIZES = {
    "t5-small": dict(d_model=512, d_kv=64, d_ff=2048, num_layers=6, num_heads=8),
    "t5-large": dict(d_model=1024, d_kv=64, d_ff=4096, num_layers=24, num_heads=16),
}


def tokenizer():
    words = {"<pad>": 0, "</s>": 1, "<unk>": 2} | {f"w{i}": i for i in range(3, 32000)}
    fast = Tokenizer(models.WordLevel(words, unk_token="<unk>"))
    fast.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    fast.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    return PreTrainedTokenizerFast(tokenizer_object=fast, eos_token="</s>", pad_token="<pad>", unk_token="<unk>")


def main():
    target = pathlib.Path(sys.argv[1])
    for name, size in SIZES.items():
        torch.manual_seed(0)
        config = T5Config(vocab_size=32128, decoder_start_token_id=0, eos_token_id=1, pad_token_id=0, **size)
        T5ForConditionalGeneration(config).save_pretrained(target / name, safe_serialization=True, max_shard_size="4GB")
        tokenizer().save_pretrained(target / name)
        subprocess.run(
            ["ct2-transformers-converter", "--model", str(target / name), "--output_dir", str(target / f"ct2-{name}")],
            check=True)
        print(json.dumps({"model": name, **size}))


if __name__ == "__main__":
    main()
