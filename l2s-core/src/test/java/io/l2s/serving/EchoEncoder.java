package io.l2s.serving;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.l2s.model.LlmDecoder;
import io.l2s.model.LlmEncoder;
import io.l2s.model.TokenBatch;
import io.l2s.model.TokenEmbedder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Prompt features of width 1: the ids themselves, with rubbish beyond a prompt's end and at a
 * {@code ?}.
 */
final class EchoEncoder implements LlmEncoder {

  final List<List<String>> passes = new ArrayList<>();
  Optional<LlmDecoder> decoder = Optional.empty();
  Runnable onEncode = () -> {};
  String poison = "\uFFFF";

  /** The ids themselves. */
  static final TokenEmbedder NUMBERS =
      new TokenEmbedder() {
        @Override
        public int width() {
          return 1;
        }

        @Override
        public NDArray embed(NDManager scope, TokenBatch ids) {
          return numbers(scope, ids);
        }
      };

  @Override
  public int width() {
    return 1;
  }

  @Override
  public TokenEmbedder embeddings() {
    return NUMBERS;
  }

  @Override
  public NDArray encode(NDManager scope, TokenBatch prompts) {
    List<String> texts = prompts.ids().stream().map(ids -> new String(ids, 0, ids.length)).toList();
    passes.add(texts);
    onEncode.run();
    if (texts.stream().anyMatch(text -> text.contains(poison))) {
      throw new IllegalStateException("poison in the prompt");
    }
    return numbers(scope, prompts);
  }

  static NDArray numbers(NDManager scope, TokenBatch prompts) {
    int width = prompts.maxLength();
    float[] numbers = new float[prompts.size() * width];
    Arrays.fill(numbers, Float.NaN);
    for (int row = 0; row < prompts.size(); row++) {
      int[] ids = prompts.ids().get(row);
      for (int i = 0; i < ids.length; i++) {
        numbers[row * width + i] = ids[i] == '?' ? Float.NaN : ids[i];
      }
    }
    return scope.create(numbers, new Shape(prompts.size(), width, 1));
  }

  @Override
  public Optional<LlmDecoder> decoder() {
    return decoder;
  }
}
