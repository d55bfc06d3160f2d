package io.l2s;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How tokens are chosen: greedily, by sampling or by beam search, with which penalties and
 * constraints. Immutable and valid; names and meanings are those of transformers' {@code
 * GenerationConfig}. {@link #builder} makes options from single values.
 *
 * @param beamSearch the beam search; empty where there is none
 * @param sampling how tokens are drawn at random; empty where they are not
 * @param penalties what makes tokens less likely
 * @param constraints what an answer must and must not hold
 * @param numReturnSequences number of answers, from 1 to {@link BeamSearch#MOST_BEAMS}: the best of
 *     a beam search, or as many samples
 * @param promptLookup how answers are drafted from the prompt; empty: the model's default
 * @param logprobs whether the result holds the log-probability of each token
 */
public record GenerationOptions(
    Optional<BeamSearch> beamSearch,
    Optional<Sampling> sampling,
    Penalties penalties,
    AnswerConstraints constraints,
    int numReturnSequences,
    Optional<PromptLookup> promptLookup,
    boolean logprobs) {

  /** Greedy, without penalties. */
  public static final GenerationOptions GREEDY = builder().build();

  /**
   * @throws InvalidRequestException naming the option that is out of range or contradicts another
   */
  public GenerationOptions {
    Objects.requireNonNull(penalties, "penalties");
    Objects.requireNonNull(constraints, "constraints");
    Bounds.within("numReturnSequences", 1, BeamSearch.MOST_BEAMS, numReturnSequences);
    OptionContradictions.refuse(beamSearch, sampling, numReturnSequences, promptLookup);
  }

  public static Builder builder() {
    return new Builder();
  }

  /** A builder that starts from these options. */
  public Builder toBuilder() {
    Builder builder = new Builder().penalties(penalties).constraints(constraints);
    beamSearch.ifPresent(builder::beamSearch);
    sampling.ifPresent(builder::sampling);
    promptLookup.ifPresent(builder::promptLookup);
    return builder.numReturnSequences(numReturnSequences).logprobs(logprobs);
  }

  /** Beams that a search follows; 1 without a beam search. */
  public int numBeams() {
    return beamSearch.map(BeamSearch::numBeams).orElse(1);
  }

  /** Whether decoding needs only the likeliest token of each step. */
  public boolean isPlainGreedy() {
    return beamSearch.isEmpty()
        && sampling.isEmpty()
        && penalties.equals(Penalties.NONE)
        && constraints.minNewTokens() == 0
        && constraints.badWords().isEmpty()
        && constraints.badWordsIds().isEmpty()
        && constraints.forcedPrefix().isEmpty()
        && !logprobs;
  }

  @Override
  public String toString() {
    List<Object> changed = new ArrayList<>();
    beamSearch.ifPresent(changed::add);
    sampling.ifPresent(changed::add);
    if (!penalties.equals(Penalties.NONE)) {
      changed.add(penalties);
    }
    if (!constraints.equals(AnswerConstraints.NONE)) {
      changed.add(constraints);
    }
    if (numReturnSequences > 1) {
      changed.add("numReturnSequences=" + numReturnSequences);
    }
    promptLookup.ifPresent(changed::add);
    if (logprobs) {
      changed.add("logprobs");
    }
    return "GenerationOptions" + changed;
  }

  /**
   * Collects options; {@link #build} checks each of them and all together. Not thread-safe.
   *
   * <p>Sampling is on where {@code doSample} is true, or is not set and any of {@code temperature},
   * {@code topK}, {@code topP}, {@code minP}, {@code typicalP} and {@code seed} is.
   */
  public static final class Builder {

    private final SamplingSettings sampling = new SamplingSettings();
    private final BeamSettings beams = new BeamSettings();
    private final LookupSettings lookup = new LookupSettings();
    private int numReturnSequences = 1;
    private double repetitionPenalty = 1;
    private double presencePenalty;
    private double frequencyPenalty;
    private int noRepeatNgramSize;
    private int minNewTokens;
    private List<String> stop = List.of();
    private List<String> badWords = List.of();
    private List<List<Integer>> badWordsIds = List.of();
    private String forcedPrefix = "";
    private boolean logprobs;

    private Builder() {}

    /** Sets all values of a beam search. */
    public Builder beamSearch(BeamSearch value) {
      beams.set(value);
      return this;
    }

    /** Turns sampling on and sets all its values. */
    public Builder sampling(Sampling value) {
      sampling.set(value);
      return this;
    }

    /** Sets all penalties. */
    public Builder penalties(Penalties value) {
      repetitionPenalty = value.repetitionPenalty();
      presencePenalty = value.presencePenalty();
      frequencyPenalty = value.frequencyPenalty();
      noRepeatNgramSize = value.noRepeatNgramSize();
      return this;
    }

    /** Sets all constraints. */
    public Builder constraints(AnswerConstraints value) {
      minNewTokens = value.minNewTokens();
      stop = value.stop();
      badWords = value.badWords();
      badWordsIds = value.badWordsIds();
      forcedPrefix = value.forcedPrefix();
      return this;
    }

    /** Sets all values of prompt lookup. */
    public Builder promptLookup(PromptLookup value) {
      lookup.set(value);
      return this;
    }

    /** Sets {@link PromptLookup#promptLookupNumTokens}; 0: no drafts, whatever the default is. */
    public Builder promptLookupNumTokens(int value) {
      lookup.numTokens = value;
      return this;
    }

    public Builder maxMatchingNgramSize(int value) {
      lookup.ngramSize = value;
      return this;
    }

    /** Sets {@link BeamSearch#numBeams}; 1: no beam search. */
    public Builder numBeams(int value) {
      beams.numBeams = value;
      return this;
    }

    public Builder lengthPenalty(double value) {
      beams.lengthPenalty = value;
      return this;
    }

    public Builder earlyStopping(EarlyStopping value) {
      beams.earlyStopping = Objects.requireNonNull(value, "earlyStopping");
      return this;
    }

    public Builder numReturnSequences(int value) {
      numReturnSequences = value;
      return this;
    }

    /**
     * @param value null: sampling is on where another of its options is set
     */
    public Builder doSample(@Nullable Boolean value) {
      sampling.doSample = value;
      return this;
    }

    public Builder temperature(double value) {
      sampling.temperature = value;
      return this;
    }

    public Builder topK(int value) {
      sampling.topK = value;
      return this;
    }

    public Builder topP(double value) {
      sampling.topP = value;
      return this;
    }

    public Builder minP(double value) {
      sampling.minP = value;
      return this;
    }

    public Builder typicalP(double value) {
      sampling.typicalP = value;
      return this;
    }

    public Builder seed(long value) {
      sampling.seed = value;
      return this;
    }

    /**
     * Sets how tokens are drawn as APIs for chats do it: greedily at temperature 0 and where none
     * of the three is given, else at random from all tokens unless {@code topK} bounds them.
     */
    public Builder chatSampling(
        @Nullable Double temperature, @Nullable Double topP, @Nullable Integer topK) {
      boolean greedy = temperature == null ? topP == null && topK == null : temperature == 0;
      sampling.doSample = !greedy;
      if (!greedy) {
        sampling.temperature = temperature;
        sampling.topP = topP;
        sampling.topK = topK == null ? 0 : topK;
      }
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

    /** Sets {@link AnswerConstraints#badWords}: strings that the answer's text never holds. */
    public Builder badWords(List<String> value) {
      badWords = List.copyOf(value);
      return this;
    }

    /** Sets {@link AnswerConstraints#badWordsIds}: transformers' {@code bad_words_ids}. */
    public Builder badWordsIds(List<List<Integer>> value) {
      badWordsIds = value.stream().map(List::copyOf).toList();
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

    /**
     * @throws InvalidRequestException naming the option that is out of range or contradicts another
     */
    public GenerationOptions build() {
      return new GenerationOptions(
          beams.checked(),
          sampling.checked(),
          new Penalties(repetitionPenalty, presencePenalty, frequencyPenalty, noRepeatNgramSize),
          new AnswerConstraints(minNewTokens, stop, badWords, badWordsIds, forcedPrefix),
          numReturnSequences,
          lookup.checked(),
          logprobs);
    }
  }
}
