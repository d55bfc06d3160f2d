package io.l2s.serving;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.l2s.model.Decoder;
import io.l2s.model.DecoderState;
import io.l2s.model.TokenBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Answers a row with its conditioning numbers moved by a shift, then end-of-sequence, then noise. A
 * {@code !} in a row comes out as not finite.
 */
final class EchoDecoder implements Decoder {

  private final int shift;
  final List<Integer> prefillSizes = new ArrayList<>();
  final List<Integer> steps = new ArrayList<>();
  int openStates;
  Runnable onPrefill = () -> {};
  Runnable onDecode = () -> {};
  String poison = "\uFFFF";

  EchoDecoder(int shift) {
    this.shift = shift;
  }

  @Override
  public int width() {
    return 1;
  }

  @Override
  public int vocabularySize() {
    return 1 << 16;
  }

  @Override
  public NDArray embed(NDManager scope, TokenBatch prompts) {
    return EchoEncoder.numbers(scope, prompts);
  }

  @Override
  public DecoderState prefill(NDArray inputs, int[] lengths, int maxNewTokens) {
    prefillSizes.add(lengths.length);
    onPrefill.run();
    int width = Arrays.stream(lengths).max().orElseThrow();
    if (!inputs.getShape().equals(new Shape(lengths.length, width, 1))) {
      throw new IllegalArgumentException("inputs have shape " + inputs.getShape());
    }
    float[] numbers = inputs.toFloatArray();
    List<int[]> answers = new ArrayList<>();
    for (int row = 0; row < lengths.length; row++) {
      int[] answer = new int[lengths[row]];
      for (int i = 0; i < answer.length; i++) {
        answer[i] = (int) numbers[row * width + i];
      }
      if (new String(answer, 0, answer.length).contains(poison)) {
        throw new IllegalStateException("poison in the prefill");
      }
      answers.add(answer);
    }
    openStates++;
    return new State(answers, maxNewTokens);
  }

  private final class State implements DecoderState {

    private final int maxNewTokens;
    private List<int[]> answers;
    private int position;
    private boolean closed;

    State(List<int[]> answers, int maxNewTokens) {
      this.answers = answers;
      this.maxNewTokens = maxNewTokens;
    }

    @Override
    public int size() {
      return answers.size();
    }

    @Override
    public int[][] decode(int steps) {
      EchoDecoder.this.steps.add(steps);
      onDecode.run();
      if (closed || position + steps > maxNewTokens) {
        throw new IllegalStateException("closed, or steps beyond the prefill's maxNewTokens");
      }
      int[][] made = new int[answers.size()][steps];
      for (int row = 0; row < made.length; row++) {
        for (int step = 0; step < steps; step++) {
          made[row][step] = id(answers.get(row), position + step);
        }
      }
      position += steps;
      return made;
    }

    private int id(int[] answer, int at) {
      if (at >= answer.length) {
        return at == answer.length ? EchoCodec.EOS : '~';
      }
      return answer[at] == '!' ? NOT_FINITE : answer[at] + shift;
    }

    @Override
    public void keep(int[] rows) {
      answers = Arrays.stream(rows).mapToObj(answers::get).toList();
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        openStates--;
      }
    }
  }
}
