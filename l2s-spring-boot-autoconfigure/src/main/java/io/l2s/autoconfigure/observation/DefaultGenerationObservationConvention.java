package io.l2s.autoconfigure.observation;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.l2s.ChatMessage;
import io.l2s.Degradation;
import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.Sampling;
import io.l2s.autoconfigure.observation.GenerationObservationDocumentation.HighCardinalityKeys;
import io.l2s.autoconfigure.observation.GenerationObservationDocumentation.LowCardinalityKeys;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The names and keys of l2s; stateless. */
public class DefaultGenerationObservationConvention implements GenerationObservationConvention {

  /** The name of the observation, and of its timer. */
  public static final String NAME = "gen_ai.server.request.duration";

  private final boolean includePrompt;

  /**
   * @param includePrompt whether spans carry the prompt
   */
  public DefaultGenerationObservationConvention(boolean includePrompt) {
    this.includePrompt = includePrompt;
  }

  @Override
  public String getName() {
    return NAME;
  }

  @Override
  public String getContextualName(GenerationObservationContext context) {
    return operation(context) + " " + context.model();
  }

  @Override
  public KeyValues getLowCardinalityKeyValues(GenerationObservationContext context) {
    return KeyValues.of(
            LowCardinalityKeys.OPERATION.withValue(operation(context)),
            LowCardinalityKeys.PROVIDER.withValue("l2s"),
            LowCardinalityKeys.REQUEST_MODEL.withValue(context.model()),
            LowCardinalityKeys.OUTCOME.withValue(outcome(context)),
            LowCardinalityKeys.ERROR.withValue(
                context
                    .failure()
                    .map(failure -> failure.getClass().getName())
                    .orElse(KeyValue.NONE_VALUE)))
        .and(ofAnswer(context));
  }

  /** Model, route and degradation: the keys that all meters of answers have. */
  static KeyValues ofAnswer(GenerationObservationContext context) {
    return KeyValues.of(
        LowCardinalityKeys.MODEL.withValue(context.model()),
        LowCardinalityKeys.ROUTE.withValue(
            context.result().map(result -> key(result.route())).orElse(KeyValue.NONE_VALUE)),
        LowCardinalityKeys.DEGRADATION.withValue(
            context
                .result()
                .flatMap(GenerationResult::degradation)
                .map(Degradation::cause)
                .map(DefaultGenerationObservationConvention::key)
                .orElse(KeyValue.NONE_VALUE)));
  }

  private static String operation(GenerationObservationContext context) {
    return context.request().messages().isEmpty() ? "text_completion" : "chat";
  }

  private static String outcome(GenerationObservationContext context) {
    return context
        .result()
        .map(GenerationOutcome::of)
        .or(() -> context.failure().map(GenerationOutcome::of))
        .map(GenerationOutcome::key)
        .orElse(KeyValue.NONE_VALUE);
  }

  @Override
  public KeyValues getHighCardinalityKeyValues(GenerationObservationContext context) {
    List<KeyValue> values = new ArrayList<>();
    GenerationRequest request = context.request();
    request
        .maxNewTokens()
        .ifPresent(limit -> values.add(HighCardinalityKeys.MAX_TOKENS.withValue("" + limit)));
    request.options().sampling().ifPresent(sampling -> add(values, sampling));
    context.result().ifPresent(result -> add(values, result));
    if (includePrompt) {
      values.add(HighCardinalityKeys.INPUT_MESSAGES.withValue(messages(request)));
    }
    return KeyValues.of(values);
  }

  private static void add(List<KeyValue> values, Sampling sampling) {
    values.add(HighCardinalityKeys.TEMPERATURE.withValue("" + sampling.temperature()));
    values.add(HighCardinalityKeys.TOP_K.withValue("" + sampling.topK()));
    values.add(HighCardinalityKeys.TOP_P.withValue("" + sampling.topP()));
    sampling.seed().ifPresent(seed -> values.add(HighCardinalityKeys.SEED.withValue("" + seed)));
  }

  private static void add(List<KeyValue> values, GenerationResult result) {
    values.add(HighCardinalityKeys.INPUT_TOKENS.withValue("" + result.usage().promptTokens()));
    values.add(HighCardinalityKeys.OUTPUT_TOKENS.withValue("" + result.usage().generatedTokens()));
    values.add(
        HighCardinalityKeys.FINISH_REASONS.withValue("[\"" + key(result.finishReason()) + "\"]"));
  }

  /** The prompt in the form that the conventions give input messages. */
  private static String messages(GenerationRequest request) {
    JsonArray messages = new JsonArray();
    if (request.messages().isEmpty()) {
      messages.add(message("user", request.prompt()));
    }
    for (ChatMessage each : request.messages()) {
      messages.add(message(each.role(), each.text()));
    }
    return messages.toString();
  }

  private static JsonObject message(String role, String text) {
    JsonObject part = new JsonObject();
    part.addProperty("type", "text");
    part.addProperty("content", text);
    JsonArray parts = new JsonArray();
    parts.add(part);
    JsonObject message = new JsonObject();
    message.addProperty("role", role);
    message.add("parts", parts);
    return message;
  }

  static String key(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
