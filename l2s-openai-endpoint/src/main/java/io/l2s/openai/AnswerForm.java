package io.l2s.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.l2s.Candidate;
import io.l2s.FinishReason;
import io.l2s.GenerationResult;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of one answer, whole or in chunks.
 *
 * @param chat whether it is a chat's answer; else it is a completion
 * @param unread messages of a chat that the model does not read
 */
record AnswerForm(
    Head head, String model, boolean chat, boolean logprobs, boolean usage, int unread) {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /**
   * The beginning of an answer.
   *
   * @param created seconds since 1970
   */
  record Head(String id, long created) {}

  static AnswerForm chat(Head head, String model, boolean logprobs, boolean usage, int unread) {
    return new AnswerForm(head, model, true, logprobs, usage, unread);
  }

  static AnswerForm completion(Head head, String model, boolean logprobs, boolean usage) {
    return new AnswerForm(head, model, false, logprobs, usage, 0);
  }

  ObjectNode whole(GenerationResult result) {
    ObjectNode answer = answer(chat ? "chat.completion" : "text_completion");
    ArrayNode choices = answer.putArray("choices");
    List<Candidate> candidates = result.candidates();
    for (int i = 0; i < candidates.size(); i++) {
      Candidate each = candidates.get(i);
      ObjectNode choice = choices.addObject().put("index", i);
      if (chat) {
        choice
            .putObject("message")
            .put("role", "assistant")
            .put("content", each.text())
            .putNull("refusal");
      } else {
        choice.put("text", each.text());
      }
      end(choice, each);
    }
    answer.set("usage", usage(result));
    answer.set("l2s", l2s(result));
    return answer;
  }

  /** A chunk with the next piece of the choice {@code index}. */
  ObjectNode piece(int index, String text, boolean first) {
    ObjectNode chunk = chunk();
    ObjectNode choice = chunk.withArray("choices").addObject().put("index", index);
    delta(choice, first, text);
    choice.putNull("logprobs").putNull("finish_reason");
    return chunk;
  }

  /** The last chunk of the choice {@code index}; log-probabilities come all in it. */
  ObjectNode last(int index, Candidate candidate, GenerationResult result, boolean first) {
    ObjectNode chunk = chunk();
    ObjectNode choice = chunk.withArray("choices").addObject().put("index", index);
    delta(choice, first, chat ? null : "");
    end(choice, candidate);
    chunk.set("l2s", l2s(result));
    return chunk;
  }

  /** The chunk after the last one, for clients that asked for it. */
  ObjectNode usageChunk(GenerationResult result) {
    ObjectNode chunk = chunk();
    chunk.set("usage", usage(result));
    return chunk;
  }

  private ObjectNode answer(String object) {
    return NODES
        .objectNode()
        .put("id", head.id())
        .put("object", object)
        .put("created", head.created())
        .put("model", model);
  }

  private ObjectNode chunk() {
    ObjectNode chunk = answer(chat ? "chat.completion.chunk" : "text_completion");
    chunk.putArray("choices");
    if (usage) {
      chunk.putNull("usage");
    }
    return chunk;
  }

  private void delta(ObjectNode choice, boolean first, @Nullable String text) {
    ObjectNode target = chat ? choice.putObject("delta") : choice;
    if (chat && first) {
      target.put("role", "assistant");
    }
    if (text != null) {
      target.put(chat ? "content" : "text", text);
    }
  }

  private void end(ObjectNode choice, Candidate candidate) {
    if (!logprobs) {
      choice.putNull("logprobs");
    } else if (chat) {
      chatLogprobs(choice.putObject("logprobs").putArray("content"), candidate);
    } else {
      completionLogprobs(choice.putObject("logprobs"), candidate);
    }
    choice.put(
        "finish_reason", candidate.finishReason() == FinishReason.LENGTH ? "length" : "stop");
  }

  /** Number of ids that make the text; the end of sequence and a stop string come after it. */
  private static int textTokens(Candidate candidate) {
    int characters = 0;
    int count = 0;
    while (count < candidate.tokens().size() && characters < candidate.text().length()) {
      characters += candidate.tokens().get(count++).length();
    }
    return count;
  }

  private static void chatLogprobs(ArrayNode content, Candidate candidate) {
    for (int i = 0; i < textTokens(candidate); i++) {
      String token = candidate.tokens().get(i);
      ObjectNode entry =
          content.addObject().put("token", token).put("logprob", candidate.logprobs().get(i));
      ArrayNode bytes = entry.putArray("bytes");
      for (byte each : token.getBytes(StandardCharsets.UTF_8)) {
        bytes.add(each & 0xFF);
      }
      entry.putArray("top_logprobs");
    }
  }

  private static void completionLogprobs(ObjectNode logprobs, Candidate candidate) {
    ArrayNode tokens = logprobs.putArray("tokens");
    ArrayNode values = logprobs.putArray("token_logprobs");
    ArrayNode offsets = logprobs.putArray("text_offset");
    int offset = 0;
    for (int i = 0; i < textTokens(candidate); i++) {
      String token = candidate.tokens().get(i);
      tokens.add(token);
      values.add(candidate.logprobs().get(i));
      offsets.add(offset);
      offset += token.length();
    }
    logprobs.putNull("top_logprobs");
  }

  private static ObjectNode usage(GenerationResult result) {
    int prompt = result.promptIds().size();
    int answer = result.candidates().stream().mapToInt(each -> each.ids().size()).sum();
    return NODES
        .objectNode()
        .put("prompt_tokens", prompt)
        .put("completion_tokens", answer)
        .put("total_tokens", prompt + answer);
  }

  /** The route, the degradation and the messages left out; OpenAI's form has no place for them. */
  private ObjectNode l2s(GenerationResult result) {
    return NODES
        .objectNode()
        .put("route", result.route().name())
        .put("degradation", result.degradation().map(each -> each.cause().name()).orElse(null))
        .put("unread_messages", unread);
  }
}
