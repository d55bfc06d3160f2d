package io.l2s.training;

import io.l2s.DataFileException;
import io.l2s.evaluation.PairFile;
import io.l2s.evaluation.SentencePair;
import io.l2s.model.ContextLimits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads and tokenizes the files of a training; counts the rows that it leaves out. */
final class PairReader {

  private final TrainingData data;
  private final TrainingTokenizers tokenizers;
  private final ContextLimits limits;
  private int leftOut;

  /**
   * @param limits most tokens that the models have positions for
   */
  PairReader(TrainingData data, TrainingTokenizers tokenizers, ContextLimits limits) {
    this.data = data;
    this.tokenizers = tokenizers;
    this.limits = limits;
  }

  PairData training() {
    List<int[]> prompts = new ArrayList<>();
    List<int[]> targets = new ArrayList<>();
    List<PairData.Part> parts = new ArrayList<>();
    for (TrainingData.Part part : data.files()) {
      int before = prompts.size();
      read(part.file(), prompts, targets);
      parts.add(new PairData.Part(prompts.size() - before, part.weight()));
    }
    return new PairData(prompts, targets, parts);
  }

  PairData validation() {
    List<int[]> prompts = new ArrayList<>();
    List<int[]> targets = new ArrayList<>();
    read(data.validation(), prompts, targets);
    return new PairData(prompts, targets);
  }

  /** Rows left out so far. */
  int leftOut() {
    return leftOut;
  }

  private void read(Path file, List<int[]> prompts, List<int[]> targets) {
    List<SentencePair> pairs = PairFile.read(file, data.format());
    List<int[]> sources =
        tokenizers
            .prompts()
            .encodeAll(pairs.stream().map(pair -> data.prompt(pair.source())).toList());
    List<int[]> answers =
        tokenizers
            .targets()
            .encodeAllWithoutSpecialTokens(pairs.stream().map(SentencePair::target).toList())
            .stream()
            .map(this::whole)
            .toList();
    int before = prompts.size();
    for (int i = 0; i < pairs.size(); i++) {
      if (isShort(file, i + 1, "prompt", sources.get(i))
          && isShort(file, i + 1, "target", answers.get(i))
          && hasPositions(file, i + 1, sources.get(i), answers.get(i))) {
        prompts.add(sources.get(i));
        targets.add(answers.get(i));
      } else {
        leftOut++;
      }
    }
    if (prompts.size() == before) {
      throw new DataFileException(
          file,
          0,
          "every row was left out, as it has more than "
              + data.maxLength()
              + " tokens a side or more than the models have positions for; allow longer ones with"
              + " maxLength as far as there are positions",
          null,
          "maxLength");
    }
  }

  private int[] whole(int[] ids) {
    List<Integer> start = tokenizers.targetStart();
    int[] whole = new int[start.size() + ids.length + 1];
    for (int i = 0; i < start.size(); i++) {
      whole[i] = start.get(i);
    }
    System.arraycopy(ids, 0, whole, start.size(), ids.length);
    whole[whole.length - 1] = tokenizers.endOfSequence();
    return whole;
  }

  private boolean hasPositions(Path file, int line, int[] prompt, int[] target) {
    String problem =
        tooMany("the prompt must", prompt.length, limits.prompt())
            .or(() -> tooMany("the target must", target.length, limits.answer()))
            .or(
                () ->
                    tooMany(
                        "prompt and target together must",
                        prompt.length + target.length,
                        limits.together()))
            .orElse("");
    if (problem.isEmpty()) {
      return true;
    }
    if (data.longRows() == TrainingData.LongRows.LEAVE_OUT) {
      return false;
    }
    throw new DataFileException(
        file,
        line,
        problem + "; shorten or remove the row, or leave such rows out with longRows",
        null,
        "longRows");
  }

  private static Optional<String> tooMany(String what, int tokens, int most) {
    return tokens <= most
        ? Optional.empty()
        : Optional.of(
            what
                + " have at most "
                + most
                + " tokens, as the models have no positions for more, and there are "
                + tokens);
  }

  // One batch of one over-long row may need more memory than there is, hours later.
  private boolean isShort(Path file, int line, String side, int[] ids) {
    if (ids.length <= data.maxLength()) {
      return true;
    }
    if (data.longRows() == TrainingData.LongRows.LEAVE_OUT) {
      return false;
    }
    throw new DataFileException(
        file,
        line,
        "the "
            + side
            + " must have at most "
            + data.maxLength()
            + " tokens, but has "
            + ids.length
            + "; shorten or remove the row, leave such rows out with longRows or allow longer ones with"
            + " maxLength",
        null,
        "longRows",
        "maxLength");
  }
}
