package io.l2s.openai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.l2s.GenerationOptions;
import io.l2s.GenerationRequest;
import io.l2s.InvalidRequestException;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads request bodies of OpenAI's form strictly: what has no effect here is refused by name. */
final class RequestReader {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .build();

  private static final double HIGHEST_TEMPERATURE = 2;

  /** Fields with the values at which they change nothing; an empty list stands for any value. */
  private static final Map<String, List<JsonNode>> NEUTRAL =
      Map.ofEntries(
          Map.entry("user", List.of()),
          Map.entry("metadata", List.of()),
          Map.entry("safety_identifier", List.of()),
          Map.entry("prompt_cache_key", List.of()),
          Map.entry("parallel_tool_calls", List.of()),
          neutral("store", "false"),
          neutral("service_tier", "\"auto\"", "\"default\""),
          neutral("tools", "[]"),
          neutral("tool_choice", "\"none\"", "\"auto\""),
          neutral("functions", "[]"),
          neutral("function_call", "\"none\"", "\"auto\""),
          neutral("response_format", "{\"type\":\"text\"}"),
          neutral("modalities", "[\"text\"]"),
          neutral("logit_bias", "{}"),
          neutral("top_logprobs", "0"),
          neutral("echo", "false"),
          neutral("suffix", "\"\""),
          neutral("best_of", "1"));

  /** OpenAI's names of l2s's fields, but for the prompt and the limit of tokens. */
  static final Map<String, String> NAMES =
      Map.of(
          "numReturnSequences", "n",
          "maxNewTokens", "max_tokens",
          "doSample", "temperature",
          "topP", "top_p",
          "presencePenalty", "presence_penalty",
          "frequencyPenalty", "frequency_penalty");

  /** A request that is ready for its model. */
  record Read(
      ServedModels.Served served,
      GenerationRequest request,
      AnswerForm form,
      boolean stream,
      Map<String, String> names) {}

  private final ServedModels models;

  RequestReader(ServedModels models) {
    this.models = models;
  }

  Read chat(byte[] body, AnswerForm.Head head) {
    RequestFields fields = fields(body);
    ServedModels.Served served = models.named(fields.requiredText("model"));
    Conversation conversation = Conversation.read(fields);
    boolean logprobs = fields.flag("logprobs");
    Map<String, String> names = names("messages");
    GenerationRequest request =
        settings(fields, conversation.request(served.chats()), logprobs, names);
    boolean stream = fields.flag("stream");
    boolean usage = includeUsage(fields);
    fields.refuseOthers(NEUTRAL);
    int unread = served.chats().unread(conversation.messages());
    AnswerForm form = AnswerForm.chat(head, served.name(), logprobs, usage, unread);
    return new Read(served, request, form, stream, names);
  }

  Read completion(byte[] body, AnswerForm.Head head) {
    RequestFields fields = fields(body);
    ServedModels.Served served = models.named(fields.requiredText("model"));
    List<String> prompts = fields.texts("prompt");
    if (prompts.size() != 1) {
      throw fields.invalid(
          "prompt", "one text; send a request for each", prompts.size() + " texts");
    }
    Optional<Integer> logprobs = fields.integer("logprobs");
    if (logprobs.isPresent() && logprobs.get() != 0) {
      throw fields.invalid(
          "logprobs",
          "0, since only the chosen tokens' log-probabilities are there",
          logprobs.get().toString());
    }
    Map<String, String> names = names("prompt");
    GenerationRequest request =
        settings(fields, GenerationRequest.of(prompts.get(0)), logprobs.isPresent(), names);
    boolean stream = fields.flag("stream");
    boolean usage = includeUsage(fields);
    fields.refuseOthers(NEUTRAL);
    AnswerForm form = AnswerForm.completion(head, served.name(), logprobs.isPresent(), usage);
    return new Read(served, request, form, stream, names);
  }

  private static RequestFields fields(byte[] body) {
    try {
      if (JSON.readTree(body) instanceof ObjectNode object) {
        return new RequestFields("", object);
      }
      throw new OpenAiException(OpenAiError.invalid(null, "the body must be a JSON object"));
    } catch (JsonProcessingException e) {
      throw new OpenAiException(
          OpenAiError.invalid(null, "the body is no valid JSON: " + e.getOriginalMessage()));
    } catch (IOException e) {
      // Jackson takes some bytes for UTF-32.
      throw new OpenAiException(OpenAiError.invalid(null, "the body is no valid UTF-8 text"));
    }
  }

  private static boolean includeUsage(RequestFields fields) {
    Optional<RequestFields> options = fields.object("stream_options");
    boolean usage = options.map(each -> each.flag("include_usage")).orElse(false);
    options.ifPresent(each -> each.refuseOthers(neutralStreamOptions()));
    return usage;
  }

  private static Map<String, List<JsonNode>> neutralStreamOptions() {
    return Map.of("include_obfuscation", List.of());
  }

  private static GenerationRequest settings(
      RequestFields fields,
      GenerationRequest request,
      boolean logprobs,
      Map<String, String> names) {
    int n = fields.integer("n").orElse(1);
    Optional<Double> temperature = fields.number("temperature");
    Optional<Double> topP = fields.number("top_p");
    Optional<Long> seed = fields.longInteger("seed");
    GenerationOptions.Builder options =
        GenerationOptions.builder()
            .numReturnSequences(n)
            .logprobs(logprobs)
            .stop(fields.texts("stop"));
    fields.number("presence_penalty").ifPresent(options::presencePenalty);
    fields.number("frequency_penalty").ifPresent(options::frequencyPenalty);
    temperature
        .filter(value -> !(value >= 0 && value <= HIGHEST_TEMPERATURE))
        .ifPresent(
            value -> {
              throw fields.invalid(
                  "temperature", "between 0 and " + HIGHEST_TEMPERATURE, value.toString());
            });
    // OpenAI's default, 1, would make every answer random; it counts where several are asked for.
    Optional<Double> heat = temperature.isEmpty() && n > 1 ? Optional.of(1.0) : temperature;
    options.chatSampling(heat.orElse(null), topP.orElse(null), null);
    GenerationOptions chosen = options.build();
    if (seed.isPresent() && chosen.sampling().isPresent()) {
      chosen = chosen.toBuilder().seed(seed.get()).build();
    }
    GenerationRequest set = request.withOptions(chosen);
    Optional<Integer> limit = maxTokens(fields, names);
    try {
      return limit.isPresent() ? set.withMaxNewTokens(limit.get()) : set;
    } catch (InvalidRequestException e) {
      // The client's own name of the limit, of which there are two.
      throw new OpenAiException(OpenAiError.of(e, names));
    }
  }

  private static Optional<Integer> maxTokens(RequestFields fields, Map<String, String> names) {
    Optional<Integer> old = fields.integer("max_tokens");
    Optional<Integer> current = fields.integer("max_completion_tokens");
    if (old.isPresent() && current.isPresent() && !old.equals(current)) {
      throw fields.invalid(
          "max_tokens", "left out beside max_completion_tokens", old.get().toString());
    }
    names.put("maxNewTokens", current.isPresent() ? "max_completion_tokens" : "max_tokens");
    return current.or(() -> old);
  }

  private static Map<String, String> names(String prompt) {
    Map<String, String> names = new HashMap<>(NAMES);
    names.put("prompt", prompt);
    return names;
  }

  private static Map.Entry<String, List<JsonNode>> neutral(String field, String... values) {
    return Map.entry(field, List.of(values).stream().map(RequestReader::json).toList());
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }
}
