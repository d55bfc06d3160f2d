package io.l2s.serving;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.l2s.model.DecoderState;
import io.l2s.model.LlmDecoder;
import io.l2s.model.SlmDecoder;
import io.l2s.model.TokenBatch;
import io.l2s.model.TokenEmbedder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Answers a row with its conditioning numbers moved by a shift, then end-of-sequence, then noise. A
 * {@code !} in a row comes out as not finite.
 */
final class EchoDecoder implements SlmDecoder, LlmDecoder {

  int shift;

  /** Whether it says that its states take tokens back, which they do not. */
  boolean rewindable = true;

  final List<Integer> prefillSizes = new ArrayList<>();
  final List<Integer> steps = new ArrayList<>();
  final List<Integer> decodeSizes = new ArrayList<>();
  final List<int[]> kept = new ArrayList<>();
  int openStates;
  Runnable onProject = () -> {};
  Runnable onPrefill = () -> {};
  Runnable onDecode = () -> {};
  Runnable onJoin = () -> {};
  String poison = "\uFFFF";

  /** Fails the decode call that would yield it. */
  char decodePoison = '\uFFFF';

  EchoDecoder(int shift) {
    this.shift = shift;
  }

  @Override
  public int vocabularySize() {
    return 1 << 16;
  }

  @Override
  public TokenEmbedder embeddings() {
    return EchoEncoder.NUMBERS;
  }

  @Override
  public boolean rewindable() {
    return rewindable;
  }

  @Override
  public DecoderState prefill(NDArray h, TokenBatch prompts) {
    return prefill(h, prompts.lengths());
  }

  @Override
  public DecoderState prefill(NDArray inputs, int[] lengths) {
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
    return new State(answers);
  }

  private final class State implements DecoderState {

    private final List<int[]> answers;
    private final List<Integer> positions = new ArrayList<>();
    private boolean used;
    private boolean awaitsChoice;
    private boolean closed;

    State(List<int[]> answers) {
      this.answers = new ArrayList<>(answers);
      answers.forEach(answer -> positions.add(0));
    }

    @Override
    public int size() {
      return answers.size();
    }

    @Override
    public int[][] decodeMany(int steps) {
      if (steps < 1) {
        throw new IllegalArgumentException("steps must be at least 1, but was " + steps);
      }
      if (awaitsChoice) {
        throw new IllegalStateException("the last step's tokens have not been chosen");
      }
      EchoDecoder.this.steps.add(steps);
      decodeSizes.add(size());
      onDecode.run();
      if (closed) {
        throw new IllegalStateException("closed");
      }
      int[][] made = new int[answers.size()][steps];
      for (int row = 0; row < made.length; row++) {
        for (int step = 0; step < steps; step++) {
          made[row][step] = id(answers.get(row), positions.get(row) + step);
          if (made[row][step] == decodePoison) {
            throw new IllegalStateException("poison in the decode call");
          }
        }
      }
      positions.replaceAll(position -> position + steps);
      used = true;
      return made;
    }

    private int id(int[] answer, int at) {
      if (at >= answer.length) {
        return at == answer.length ? EchoCodec.EOS : '~';
      }
      return answer[at] == '!' ? NOT_FINITE : answer[at] + shift;
    }

    @Override
    public NDArray decodeOne(NDManager scope) {
      int[][] next = decodeMany(1);
      awaitsChoice = true;
      int vocabulary = vocabularySize();
      float[] logits = new float[next.length * vocabulary];
      for (int row = 0; row < next.length; row++) {
        logits[row * vocabulary + Math.max(next[row][0], 0)] =
            next[row][0] == NOT_FINITE ? Float.NaN : 1;
      }
      return scope.create(logits, new Shape(next.length, vocabulary));
    }

    /** Echoes whatever was chosen. */
    @Override
    public void choose(int[] tokens) {
      if (!awaitsChoice || tokens.length != size()) {
        throw new IllegalStateException(
            "choose takes one token a row after a step, but got "
                + tokens.length
                + " tokens for "
                + size()
                + " rows");
      }
      awaitsChoice = false;
    }

    @Override
    public void reorder(int[] rows) {
      kept.add(rows);
      if (rows.length == 0) {
        throw new IllegalArgumentException("rows must name at least 1 row, but was empty");
      }
      Arrays.stream(rows).forEach(row -> Objects.checkIndex(row, size()));
      List<int[]> before = List.copyOf(answers);
      List<Integer> positionsBefore = List.copyOf(positions);
      answers.clear();
      positions.clear();
      for (int row : rows) {
        answers.add(before.get(row));
        positions.add(positionsBefore.get(row));
      }
    }

    @Override
    public void append(DecoderState fresh) {
      try (fresh) {
        onJoin.run();
        if (!(fresh instanceof State other) || other.used) {
          throw new IllegalArgumentException("append takes a fresh state of the same decoder");
        }
        if (awaitsChoice) {
          throw new IllegalStateException("the last step's tokens have not been chosen");
        }
        answers.addAll(other.answers);
        positions.addAll(other.positions);
      }
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
