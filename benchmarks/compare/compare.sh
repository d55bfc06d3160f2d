#!/usr/bin/env bash
# Times l2s and its peers in turns, so that a machine that slows down slows down all of them.
#   compare.sh CLI_JAR DIR [ROUNDS]
# DIR holds t5-small and t5-large (make_models.py) and their CTranslate2 conversions ct2-t5-small and ct2-t5-large.
set -euo pipefail
jar=$(realpath "$1")
models=$(realpath "$2")
rounds=${3:-2}
here=$(dirname "$(realpath "$0")")
l2s() { java -jar "$jar" benchmark "$@"; }
peer() { python3 "$here/peers.py" "$@"; }
for round in $(seq "$rounds"); do
  echo "== round $round"
  peer ctranslate2 "$models/ct2-t5-small" --types int8
  l2s --llm "$models/t5-small" --precision int8
  peer ctranslate2 "$models/ct2-t5-small" --types float32 --runs 3
  l2s --llm "$models/t5-small" --precision f32 --runs 3
  peer transformers "$models/t5-small" --types float32 --runs 3
  peer ctranslate2 "$models/ct2-t5-large" --types int8 --runs 3
  l2s --llm "$models/t5-large" --slm "$models/t5-small" --precision int8 --runs 3
  peer ctranslate2 "$models/ct2-t5-large" --types int8 --runs 3 --batch 1 --prompt-length 256
  l2s --llm "$models/t5-large" --slm "$models/t5-small" --precision int8 --runs 3 --batch 1 --prompt-length 256
done
echo "== growth over the answer"
l2s --llm "$models/t5-small" --precision int8 --batch 1 --output-length 256 --json growth.json
echo "== load"
l2s --llm "$models/t5-small" --precision int8 --batch 1 --prompt-length 32 --concurrency 1,2,4,8,16,32,64 --requests 128
l2s --llm "$models/t5-large" --slm "$models/t5-small" --precision int8 --route hybrid --batch 1 --prompt-length 32 \
  --concurrency 1,16 --requests 48
