package io.l2s.autoconfigure.observation;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.docs.ObservationDocumentation;

/**
 * The observations of l2s. Keys that begin with {@code gen_ai} are those of the OpenTelemetry
 * semantic conventions for generative AI.
 */
public enum GenerationObservationDocumentation implements ObservationDocumentation {

  /** One request, from its submission to the end of its answer. */
  GENERATION {
    @Override
    public Class<? extends ObservationConvention<? extends Observation.Context>>
        getDefaultConvention() {
      return DefaultGenerationObservationConvention.class;
    }

    @Override
    public KeyName[] getLowCardinalityKeyNames() {
      return LowCardinalityKeys.values();
    }

    @Override
    public KeyName[] getHighCardinalityKeyNames() {
      return HighCardinalityKeys.values();
    }
  };

  /** Keys of few values, in meters and spans. */
  public enum LowCardinalityKeys implements KeyName {

    /** {@code text_completion}, or {@code chat} for a conversation. */
    OPERATION("gen_ai.operation.name"),
    /** Always {@code l2s}. */
    PROVIDER("gen_ai.provider.name"),
    /** The name of the model. */
    REQUEST_MODEL("gen_ai.request.model"),
    /** The name of the model, as on every meter of l2s. */
    MODEL("l2s.model"),
    /** The route that answered; {@code none} where there is no answer. */
    ROUTE("l2s.route"),
    /** Why another route than the requested one answered; {@code none} if none did. */
    DEGRADATION("l2s.degradation"),
    /** How the request ended. */
    OUTCOME("l2s.outcome"),
    /** The class of the failure; {@code none} where there is an answer. */
    ERROR("error.type");

    private final String key;

    LowCardinalityKeys(String key) {
      this.key = key;
    }

    @Override
    public String asString() {
      return key;
    }
  }

  /** Keys of many values, in spans only. */
  public enum HighCardinalityKeys implements KeyName {

    /** The request's limit of new tokens. */
    MAX_TOKENS("gen_ai.request.max_tokens"),
    /** The temperature, where the request samples. */
    TEMPERATURE("gen_ai.request.temperature"),
    /** The number of best tokens that sampling chooses from. */
    TOP_K("gen_ai.request.top_k"),
    /** The probability of the tokens that sampling chooses from. */
    TOP_P("gen_ai.request.top_p"),
    /** The seed, where the request names one. */
    SEED("gen_ai.request.seed"),
    /** Tokens of the prompt. */
    INPUT_TOKENS("gen_ai.usage.input_tokens"),
    /** Tokens of the answer. */
    OUTPUT_TOKENS("gen_ai.usage.output_tokens"),
    /** Why the answer ended, as a list. */
    FINISH_REASONS("gen_ai.response.finish_reasons"),
    /** The prompt; only where {@code l2s.observations.include-prompt} is set. */
    INPUT_MESSAGES("gen_ai.input.messages");

    private final String key;

    HighCardinalityKeys(String key) {
      this.key = key;
    }

    @Override
    public String asString() {
      return key;
    }
  }
}
