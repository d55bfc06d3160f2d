package io.l2s;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How tokens are chosen: greedily, by sampling or by beam search, with what penalties and limits.
 * Immutable and valid, made by {@link #builder}; names and meanings are those of transformers'
 * {@code GenerationConfig}.
 *
 * <p>Sampling is on where {@code doSample} is true, or is not set and any of {@code temperature},
 * {@code topK}, {@code topP}, {@code minP}, {@code typicalP} and {@code seed} is.
 */
public final class GenerationOptions {

  /** Greedy, without penalties. */
  public static final GenerationOptions GREEDY = builder().build();

  /** Candidates that sampling takes from if {@code topK} is not set, as in transformers. */
  public static final int STANDARD_TOP_K = 50;

  private static final int MOST_SEQUENCES = 64;
  private static final int MOST_STRINGS = 64;
  private static final int LONGEST_STRING = 256;
  private static final int LONGEST_PREFIX = 4096;

  private final Builder values;

  private GenerationOptions(Builder values) {
    this.values = values.copy();
  }

  public static Builder builder() {
    return new Builder();
  }

  /** A builder that starts from these options. */
  public Builder toBuilder() {
    return values.copy();
  }

  /** Beams that a search follows; 1: none. */
  public int numBeams() {
    return values.numBeams;
  }

  /** Exponent of the length by which a beam's score is divided. */
  public double lengthPenalty() {
    return values.lengthPenalty == null ? 1 : values.lengthPenalty;
  }

  /** When a beam search ends that has found {@code numBeams} answers. */
  public EarlyStopping earlyStopping() {
    return values.earlyStopping;
  }

  /** Answers wanted: the best of a beam search, or as many samples. */
  public int numReturnSequences() {
    return values.numReturnSequences;
  }

  /** Whether tokens are drawn at random. */
  public boolean sampling() {
    return values.sampling();
  }

  /** By what logits are divided before sampling. */
  public double temperature() {
    return values.temperature == null ? 1 : values.temperature;
  }

  /** Candidates that sampling takes from; 0: all. */
  public int topK() {
    return values.topK == null ? STANDARD_TOP_K : values.topK;
  }

  /** Share of the probability that sampling takes from, the likeliest tokens first. */
  public double topP() {
    return values.topP == null ? 1 : values.topP;
  }

  /** Least probability of a candidate, as a share of the likeliest one's; 0: none. */
  public double minP() {
    return values.minP == null ? 0 : values.minP;
  }

  /** Share of the probability that sampling takes from, the most typical tokens first. */
  public double typicalP() {
    return values.typicalP == null ? 1 : values.typicalP;
  }

  /**
   * Fixes the random numbers; null: other ones for each request. They depend on the seed alone, not
   * on the request, so that equal prompts with one seed get equal answers.
   */
  public Long seed() {
    return values.seed;
  }

  /** By what the logits of tokens already there are divided, negative ones multiplied; 1: none. */
  public double repetitionPenalty() {
    return values.repetitionPenalty;
  }

  /** What is taken off the logits of tokens already generated. */
  public double presencePenalty() {
    return values.presencePenalty;
  }

  /** What is taken off the logits of tokens already generated for each time they were. */
  public double frequencyPenalty() {
    return values.frequencyPenalty;
  }

  /** Length of the token sequences that must not come twice; 0: none. */
  public int noRepeatNgramSize() {
    return values.noRepeatNgramSize;
  }

  /** Tokens that come before an end-of-sequence token may. */
  public int minNewTokens() {
    return values.minNewTokens;
  }

  /**
   * Strings that end the answer, at most 64 of 256 characters; they are not part of it. They are
   * looked for in the text as it is returned, which begins without a space.
   */
  public List<String> stop() {
    return values.stop;
  }

  /**
   * Words, as the tokenizer splits them, that the answer must not hold; at most 64 of 256
   * characters. An end-of-sequence token by itself is passed over, as in transformers.
   */
  public List<String> badWords() {
    return values.badWords;
  }

  /** What the answer begins with, at most 4096 characters; its tokens count as generated. */
  public String forcedPrefix() {
    return values.forcedPrefix;
  }

  /** Whether the result holds the log-probability of each token. */
  public boolean logprobs() {
    return values.logprobs;
  }

  /** Whether greedy decoding needs nothing but the likeliest token of each step. */
  public boolean plain() {
    return numBeams() == 1
        && !sampling()
        && repetitionPenalty() == 1
        && presencePenalty() == 0
        && frequencyPenalty() == 0
        && noRepeatNgramSize() == 0
        && minNewTokens() == 0
        && badWords().isEmpty()
        && forcedPrefix().isEmpty()
        && !logprobs();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof GenerationOptions options && options.values.same(values);
  }

  @Override
  public int hashCode() {
    return values.facts().hashCode();
  }

  @Override
  public String toString() {
    List<Object> standard = GREEDY.values.facts();
    return "GenerationOptions"
        + values.facts().stream().filter(fact -> !standard.contains(fact)).toList();
  }

  /** Collects options; {@link #build} checks each of them and all together. Not thread-safe. */
  public static final class Builder {

    private int numBeams = 1;
    private Double lengthPenalty;
    private EarlyStopping earlyStopping = EarlyStopping.FALSE;
    private int numReturnSequences = 1;
    private Boolean doSample;
    private Double temperature;
    private Integer topK;
    private Double topP;
    private Double minP;
    private Double typicalP;
    private Long seed;
    private double repetitionPenalty = 1;
    private double presencePenalty;
    private double frequencyPenalty;
    private int noRepeatNgramSize;
    private int minNewTokens;
    private List<String> stop = List.of();
    private List<String> badWords = List.of();
    private String forcedPrefix = "";
    private boolean logprobs;

    private Builder() {}

    public Builder numBeams(int value) {
      numBeams = value;
      return this;
    }

    public Builder lengthPenalty(double value) {
      lengthPenalty = value;
      return this;
    }

    public Builder earlyStopping(EarlyStopping value) {
      earlyStopping = Objects.requireNonNull(value, "earlyStopping");
      return this;
    }

    public Builder numReturnSequences(int value) {
      numReturnSequences = value;
      return this;
    }

    /**
     * @param value null, as if it was never set: whether another option of sampling is set decides
     */
    public Builder doSample(Boolean value) {
      doSample = value;
      return this;
    }

    public Builder temperature(double value) {
      temperature = value;
      return this;
    }

    public Builder topK(int value) {
      topK = value;
      return this;
    }

    public Builder topP(double value) {
      topP = value;
      return this;
    }

    public Builder minP(double value) {
      minP = value;
      return this;
    }

    public Builder typicalP(double value) {
      typicalP = value;
      return this;
    }

    public Builder seed(long value) {
      seed = value;
      return this;
    }

    public Builder repetitionPenalty(double value) {
      repetitionPenalty = value;
      return this;
    }

    public Builder presencePenalty(double value) {
      presencePenalty = value;
      return this;
    }

    public Builder frequencyPenalty(double value) {
      frequencyPenalty = value;
      return this;
    }

    public Builder noRepeatNgramSize(int value) {
      noRepeatNgramSize = value;
      return this;
    }

    public Builder minNewTokens(int value) {
      minNewTokens = value;
      return this;
    }

    public Builder stop(List<String> value) {
      stop = List.copyOf(value);
      return this;
    }

    public Builder badWords(List<String> value) {
      badWords = List.copyOf(value);
      return this;
    }

    public Builder forcedPrefix(String value) {
      forcedPrefix = Objects.requireNonNull(value, "forcedPrefix");
      return this;
    }

    public Builder logprobs(boolean value) {
      logprobs = value;
      return this;
    }

    private boolean sampling() {
      return doSample == null ? !samplingOptions().isEmpty() : doSample;
    }

    private List<String> samplingOptions() {
      Map<String, Object> values = new LinkedHashMap<>();
      values.put("temperature", temperature);
      values.put("topK", topK);
      values.put("topP", topP);
      values.put("minP", minP);
      values.put("typicalP", typicalP);
      values.put("seed", seed);
      values.values().removeIf(Objects::isNull);
      return List.copyOf(values.keySet());
    }

    /**
     * @throws InvalidRequestException naming the option that is out of range or contradicts another
     */
    public GenerationOptions build() {
      within("numBeams", 1, MOST_SEQUENCES, numBeams);
      within("numReturnSequences", 1, MOST_SEQUENCES, numReturnSequences);
      within("lengthPenalty", -10, 10, lengthPenalty == null ? 1 : lengthPenalty);
      above("temperature", 0, 100, temperature == null ? 1 : temperature);
      within("topK", 0, Integer.MAX_VALUE, topK == null ? 0 : topK);
      above("topP", 0, 1, topP == null ? 1 : topP);
      within("minP", 0, 1, minP == null ? 0 : minP);
      above("typicalP", 0, 1, typicalP == null ? 1 : typicalP);
      above("repetitionPenalty", 0, 100, repetitionPenalty);
      within("presencePenalty", -2, 2, presencePenalty);
      within("frequencyPenalty", -2, 2, frequencyPenalty);
      within("noRepeatNgramSize", 0, GenerationDefaults.MAX_NEW_TOKENS_LIMIT, noRepeatNgramSize);
      within("minNewTokens", 0, GenerationDefaults.MAX_NEW_TOKENS_LIMIT, minNewTokens);
      bounded("stop", stop);
      bounded("badWords", badWords);
      if (forcedPrefix.length() > LONGEST_PREFIX) {
        throw new InvalidRequestException(
            "forcedPrefix",
            "at most " + LONGEST_PREFIX + " characters long",
            forcedPrefix.length() + " characters");
      }
      if (stop.stream().anyMatch(String::isEmpty)) {
        throw new InvalidRequestException("stop", "strings of at least 1 character", "\"\"");
      }
      if (badWords.stream().anyMatch(String::isBlank)) {
        throw new InvalidRequestException("badWords", "words that are not blank", "\"\"");
      }
      refuseContradictions();
      return new GenerationOptions(this);
    }

    private void refuseContradictions() {
      if (Boolean.FALSE.equals(doSample) && !samplingOptions().isEmpty()) {
        throw new InvalidRequestException(
            "doSample", "true or left out beside " + String.join(", ", samplingOptions()), false);
      }
      if (numBeams > 1 && sampling()) {
        throw new InvalidRequestException(
            "numBeams", "1 where tokens are sampled; choose beams or sampling", numBeams);
      }
      for (String each : stop) {
        if (forcedPrefix.contains(each)) {
          throw new InvalidRequestException(
              "forcedPrefix", "a text without the stop string \"" + each + "\"", forcedPrefix);
        }
      }
      if (numBeams == 1 && lengthPenalty != null) {
        throw new InvalidRequestException(
            "lengthPenalty", "left out without beams; set numBeams above 1", lengthPenalty);
      }
      if (numBeams == 1 && earlyStopping != EarlyStopping.FALSE) {
        throw new InvalidRequestException(
            "earlyStopping", "false without beams; set numBeams above 1", earlyStopping);
      }
      if (numBeams > 1 && numReturnSequences > numBeams) {
        throw new InvalidRequestException(
            "numReturnSequences", "at most numBeams, " + numBeams, numReturnSequences);
      }
      if (numBeams == 1 && numReturnSequences > 1 && !sampling()) {
        throw new InvalidRequestException(
            "numReturnSequences",
            "1 for greedy decoding, which has one answer; set numBeams, or doSample",
            numReturnSequences);
      }
    }

    private static void within(String field, double low, double high, double value) {
      if (!(value >= low && value <= high)) {
        throw new InvalidRequestException(
            field, "between " + text(low) + " and " + text(high), text(value));
      }
    }

    private static void above(String field, double low, double high, double value) {
      if (!(value > low && value <= high)) {
        throw new InvalidRequestException(
            field, "above " + text(low) + " and at most " + text(high), text(value));
      }
    }

    private static void bounded(String field, List<String> values) {
      if (values.size() > MOST_STRINGS) {
        throw new InvalidRequestException(
            field, "at most " + MOST_STRINGS + " strings", values.size());
      }
      for (String value : values) {
        if (value.length() > LONGEST_STRING) {
          throw new InvalidRequestException(
              field,
              "strings of at most " + LONGEST_STRING + " characters",
              "one of " + value.length());
        }
      }
    }

    private static String text(double value) {
      return value == Math.rint(value) && Math.abs(value) < 1e15
          ? Long.toString((long) value)
          : Double.toString(value);
    }

    private Builder copy() {
      Builder copy = new Builder();
      copy.numBeams = numBeams;
      copy.lengthPenalty = lengthPenalty;
      copy.earlyStopping = earlyStopping;
      copy.numReturnSequences = numReturnSequences;
      copy.doSample = doSample;
      copy.temperature = temperature;
      copy.topK = topK;
      copy.topP = topP;
      copy.minP = minP;
      copy.typicalP = typicalP;
      copy.seed = seed;
      copy.repetitionPenalty = repetitionPenalty;
      copy.presencePenalty = presencePenalty;
      copy.frequencyPenalty = frequencyPenalty;
      copy.noRepeatNgramSize = noRepeatNgramSize;
      copy.minNewTokens = minNewTokens;
      copy.stop = stop;
      copy.badWords = badWords;
      copy.forcedPrefix = forcedPrefix;
      copy.logprobs = logprobs;
      return copy;
    }

    private boolean same(Builder other) {
      return facts().equals(other.facts());
    }

    private List<Object> facts() {
      return List.of(
          "numBeams=" + numBeams,
          "lengthPenalty=" + lengthPenalty,
          "earlyStopping=" + earlyStopping,
          "numReturnSequences=" + numReturnSequences,
          "sampling=" + sampling(),
          "temperature=" + temperature,
          "topK=" + topK,
          "topP=" + topP,
          "minP=" + minP,
          "typicalP=" + typicalP,
          "seed=" + seed,
          "repetitionPenalty=" + repetitionPenalty,
          "presencePenalty=" + presencePenalty,
          "frequencyPenalty=" + frequencyPenalty,
          "noRepeatNgramSize=" + noRepeatNgramSize,
          "minNewTokens=" + minNewTokens,
          "stop=" + stop,
          "badWords=" + badWords,
          "forcedPrefix=" + forcedPrefix,
          "logprobs=" + logprobs);
    }
  }
}
