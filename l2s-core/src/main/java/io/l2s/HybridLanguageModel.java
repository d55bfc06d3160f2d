package io.l2s;

import java.util.Optional;
import java.util.Set;

/** A language model made of an LLM that reads and an SLM that writes (arXiv 2402.16844). */
public interface HybridLanguageModel extends LanguageModel {

  /** The routes that can be asked for. */
  Set<Route> routes();

  /**
   * Whether the model has a chat template for the conversations of {@link
   * GenerationRequest#ofChat}; a model that has none refuses them. A decorator returns its
   * delegate's.
   */
  default boolean hasChatTemplate() {
    return true;
  }

  /**
   * The state of the cache of prompt features; {@link FeatureCacheStatistics#NONE} where there is
   * none. A decorator returns its delegate's.
   */
  default FeatureCacheStatistics featureCacheStatistics() {
    return FeatureCacheStatistics.NONE;
  }

  /**
   * Queue and running batches; {@link ServingStatistics#NONE} where the model keeps no such
   * statistics. A decorator returns its delegate's.
   */
  default ServingStatistics servingStatistics() {
    return ServingStatistics.NONE;
  }

  /**
   * The template of the prompts with which the model was trained; empty where it is not known. A
   * decorator returns its delegate's.
   */
  default Optional<PromptTemplate> promptTemplate() {
    return Optional.empty();
  }

  /**
   * The prompt for {@code source} by the model's template; without one, {@code source} itself.
   *
   * @throws InvalidRequestException if {@code source} is null
   */
  default String promptFor(String source) {
    if (source == null) {
      throw new InvalidRequestException("source", "a text", null);
    }
    return promptTemplate().map(template -> template.prompt(source)).orElse(source);
  }

  /**
   * Answers the prompt for {@code source}, such as a sentence to be translated, with the model's
   * defaults; see {@link #promptFor} and {@link #generate(GenerationRequest)}.
   *
   * @throws InvalidRequestException if {@code source} is null
   */
  default GenerationResult generateFrom(String source) {
    return generate(promptFor(source));
  }
}
