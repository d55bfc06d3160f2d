package io.l2s.cli;

import io.l2s.EarlyStopping;
import io.l2s.GenerationOptions;
import io.l2s.InvalidRequestException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Stack;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options of commands that generate: how tokens are chosen, named as in transformers. */
final class SearchOptions {

  private final GenerationOptions.Builder builder = GenerationOptions.builder();
  private final List<String> stop = new ArrayList<>();
  private final List<String> badWords = new ArrayList<>();
  private final List<List<Integer>> badWordsIds = new ArrayList<>();

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--num-beams",
      paramLabel = "N",
      description = "Beams of a beam search; 1, no beams, if not given.")
  private void setNumBeams(int value) {
    builder.numBeams(value);
  }

  @Option(
      names = "--length-penalty",
      paramLabel = "X",
      description = "Exponent of the length that divides a beam's score; 1 if not given.")
  private void setLengthPenalty(double value) {
    builder.lengthPenalty(value);
  }

  @Option(
      names = "--early-stopping",
      paramLabel = "true|false|never",
      preprocessor = TrueUnlessAttached.class,
      description = {
        "When a beam search with as many answers as beams ends. true, or no value: at once.",
        "false (default): when no beam scores better at its present length. never: when"
            + " none can score better at the longest length either. A value needs the =."
      })
  private void setEarlyStopping(EarlyStopping value) {
    builder.earlyStopping(value);
  }

  /** Keeps an argument after the bare option, such as a prompt, from becoming its value. */
  static final class TrueUnlessAttached implements IParameterPreprocessor {

    @Override
    public boolean preprocess(
        Stack<String> args, CommandSpec command, ArgSpec option, Map<String, Object> info) {
      if (!"=".equals(info.get("separator"))) {
        args.push("true");
      }
      return false;
    }
  }

  @Option(
      names = "--num-return-sequences",
      paramLabel = "N",
      description = "Answers to a prompt: the best beams, or samples.")
  private void setNumReturnSequences(int value) {
    builder.numReturnSequences(value);
  }

  @Option(
      names = "--do-sample",
      description =
          "Draw tokens at random. The options from here to --seed imply it, so"
              + " --do-sample=false contradicts them.")
  private void setDoSample(boolean value) {
    builder.doSample(value);
  }

  @Option(
      names = "--temperature",
      paramLabel = "X",
      description = "Divides logits before sampling; 1 if not given.")
  private void setTemperature(double value) {
    builder.temperature(value);
  }

  @Option(
      names = "--top-k",
      paramLabel = "N",
      description = "Likeliest tokens to sample from, 0 for all; 50 if not given.")
  private void setTopK(int value) {
    builder.topK(value);
  }

  @Option(
      names = "--top-p",
      paramLabel = "X",
      description = "Share of the probability to sample from.")
  private void setTopP(double value) {
    builder.topP(value);
  }

  @Option(
      names = "--min-p",
      paramLabel = "X",
      description = "Least probability of a token, as a share of the likeliest one's.")
  private void setMinP(double value) {
    builder.minP(value);
  }

  @Option(
      names = "--typical-p",
      paramLabel = "X",
      description = "Share of the probability to sample from, typical tokens first.")
  private void setTypicalP(double value) {
    builder.typicalP(value);
  }

  @Option(
      names = "--seed",
      paramLabel = "N",
      description =
          "Makes sampling repeatable. The random numbers depend only on the seed, so equal"
              + " prompts get equal answers.")
  private void setSeed(long value) {
    builder.seed(value);
  }

  @Option(
      names = "--repetition-penalty",
      paramLabel = "X",
      description = "Divides the logits of tokens already there; 1: none.")
  private void setRepetitionPenalty(double value) {
    builder.repetitionPenalty(value);
  }

  @Option(
      names = "--presence-penalty",
      paramLabel = "X",
      description = "Subtracted from the logits of tokens already generated.")
  private void setPresencePenalty(double value) {
    builder.presencePenalty(value);
  }

  @Option(
      names = "--frequency-penalty",
      paramLabel = "X",
      description = "Subtracted from a token's logit for each time that it was generated.")
  private void setFrequencyPenalty(double value) {
    builder.frequencyPenalty(value);
  }

  @Option(
      names = "--no-repeat-ngram-size",
      paramLabel = "N",
      description = "Length of token sequences that must not come twice.")
  private void setNoRepeatNgramSize(int value) {
    builder.noRepeatNgramSize(value);
  }

  @Option(
      names = "--min-new-tokens",
      paramLabel = "N",
      description = "Tokens before the answer may end.")
  private void setMinNewTokens(int value) {
    builder.minNewTokens(value);
  }

  @Option(
      names = "--stop",
      paramLabel = "TEXT",
      description = "Text that ends the answer and is not part of it; may be repeated.")
  private void setStop(List<String> values) {
    stop.clear();
    stop.addAll(values);
  }

  @Option(
      names = "--bad-words",
      paramLabel = "TEXT",
      description =
          "Text that the answer never holds, at the beginning of a word or inside, however tokens"
              + " spell it. Case and Unicode forms count. May be repeated.")
  private void setBadWords(List<String> values) {
    badWords.clear();
    badWords.addAll(values);
  }

  @Option(
      names = "--bad-words-ids",
      paramLabel = "ID[,ID...]",
      description =
          "Ids that must not come one after another, as bad_words_ids of transformers; other ids"
              + " may spell the same text. May be repeated.")
  private void setBadWordsIds(List<String> values) {
    badWordsIds.clear();
    values.forEach(each -> badWordsIds.add(ids(each)));
  }

  private List<Integer> ids(String list) {
    try {
      return Arrays.stream(list.split(",")).map(id -> Integer.valueOf(id.strip())).toList();
    } catch (NumberFormatException e) {
      throw new ParameterException(
          command.commandLine(),
          "--bad-words-ids must be ids with commas between them, but was " + list);
    }
  }

  @Option(
      names = "--forced-prefix",
      paramLabel = "TEXT",
      description = "Text that the answer begins with.")
  private void setForcedPrefix(String value) {
    builder.forcedPrefix(value);
  }

  @Option(
      names = {"--prompt-lookup-num-tokens", "--prompt-lookup"},
      paramLabel = "N",
      description = {
        "Most tokens to draft at a time: those behind an earlier occurrence of the last ones in"
            + " prompt or answer. The model verifies them in one pass; the answer stays the same.",
        "Takes effect while one answer decodes by itself, so give --batch-size 1 for a file of"
            + " prompts. 0, no drafts, if not given."
      })
  private void setPromptLookupNumTokens(int value) {
    builder.promptLookupNumTokens(value);
  }

  @Option(
      names = "--max-matching-ngram-size",
      paramLabel = "N",
      description = "Most last tokens to look up for a draft; 2 if not given.")
  private void setMaxMatchingNgramSize(int value) {
    builder.maxMatchingNgramSize(value);
  }

  @Option(
      names = "--logprobs",
      description = "Write each token's log-probability, with --format jsonl.")
  private void setLogprobs(boolean value) {
    builder.logprobs(value);
  }

  /**
   * The chosen options.
   *
   * @throws ParameterException naming the option that is out of range or contradicts another
   */
  GenerationOptions options() {
    try {
      return builder.stop(stop).badWords(badWords).badWordsIds(badWordsIds).build();
    } catch (InvalidRequestException e) {
      throw new ParameterException(command.commandLine(), e.messageFor(new OptionNames(command)));
    }
  }

  /**
   * The chosen options for a model that runs with {@code limits}.
   *
   * @throws ParameterException as {@link #options()} does, or if a batch or an answer would be too
   *     small for it
   */
  GenerationOptions options(ModelOptions limits) {
    GenerationOptions chosen = options();
    atMost(
        "--min-new-tokens",
        chosen.constraints().minNewTokens(),
        "--max-new-tokens",
        limits.maxNewTokens());
    atMost("--num-beams", chosen.numBeams(), "--batch-size", limits.batchSize());
    atMost(
        "--num-return-sequences", chosen.numReturnSequences(), "--batch-size", limits.batchSize());
    return chosen;
  }

  private void atMost(String option, int value, String limit, int most) {
    if (value > most) {
      throw new ParameterException(
          command.commandLine(),
          option + " must be at most " + limit + ", " + most + ", but was " + value);
    }
  }
}
