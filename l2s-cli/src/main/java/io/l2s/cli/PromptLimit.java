package io.l2s.cli;

import io.l2s.ServingOptions;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The longest prompt that a model takes, so that a command can report longer ones before it loads
 * the model.
 */
record PromptLimit(int characters, int tokens) {

  private static final int BATCH = 1024;

  /**
   * @param rows sequences of one prompt, which share a batch's tokens
   */
  static PromptLimit of(ServingOptions serving, int rows) {
    int ofBatch = serving.maxBatchTokens() / rows;
    return new PromptLimit(
        serving.maxPromptCharacters(),
        Math.min(serving.maxPromptTokens(), ofBatch - serving.defaults().maxNewTokens()));
  }

  /**
   * The {@code prompts} that are too long, by their index, with a message for each.
   *
   * @param checkpoint whose tokenizer counts
   * @throws io.l2s.ModelLoadException if it cannot be read
   */
  SortedMap<Integer, String> tooLong(List<Prompt> prompts, Checkpoint checkpoint) {
    SortedMap<Integer, String> problems = new TreeMap<>();
    List<Integer> countable = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      int length = prompts.get(i).text().length();
      if (length > characters) {
        problems.put(i, problem(characters, "characters", length));
      } else {
        countable.add(i);
      }
    }
    Tokenizer tokenizer = Tokenizer.load(checkpoint.tokenizerFile());
    for (int from = 0; from < countable.size(); from += BATCH) {
      List<Integer> part = countable.subList(from, Math.min(countable.size(), from + BATCH));
      List<int[]> ids =
          tokenizer.encodeAll(part.stream().map(index -> prompts.get(index).text()).toList());
      for (int i = 0; i < part.size(); i++) {
        if (ids.get(i).length > tokens) {
          problems.put(part.get(i), problem(tokens, "tokens", ids.get(i).length));
        }
      }
    }
    return problems;
  }

  private static String problem(int limit, String unit, int length) {
    return "the prompt must have at most %d %s, but has %d".formatted(limit, unit, length);
  }

  /** Names the place of the first problem, the number of further ones, and the remedy. */
  static CommandFailure failure(
      List<Prompt> prompts, SortedMap<Integer, String> problems, String remedy) {
    int first = problems.firstKey();
    int more = problems.size() - 1;
    return new CommandFailure(
        prompts.get(first).origin()
            + ": "
            + problems.get(first)
            + "; "
            + remedy
            + (more == 0 ? "" : " (so have " + more + " further rows)"));
  }
}
