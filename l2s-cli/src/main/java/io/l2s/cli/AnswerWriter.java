package io.l2s.cli;

import com.google.gson.stream.JsonWriter;
import io.l2s.Candidate;
import io.l2s.ChatMessage;
import io.l2s.FinishReason;
import io.l2s.GenerationResult;
import io.l2s.Timings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Writes answers, one a line, each as soon as it is there.
 *
 * <p>In text form, line breaks inside an answer are written as {@code \n} and {@code \r}, all other
 * characters as they are. JSONL keeps every character; its timings are milliseconds.
 */
record AnswerWriter(PrintWriter out, Form form) {

  void write(Prompt prompt, GenerationResult result) {
    if (form == Form.JSONL) {
      line(json(prompt, result));
    } else if (result.candidates().size() > 1) {
      result.candidates().forEach(candidate -> line(singleLine(candidate.text())));
    } else {
      line(singleLine(result.text()));
    }
    if (out.checkError()) {
      throw new CommandFailure(L2sCli.OUTPUT_LOST);
    }
  }

  private void line(String text) {
    out.print(text);
    out.print('\n');
  }

  /** {@code text} with its line breaks written as {@code \n} and {@code \r}. */
  static String singleLine(String text) {
    return text.replace("\n", "\\n").replace("\r", "\\r");
  }

  private static String json(Prompt prompt, GenerationResult result) {
    StringWriter text = new StringWriter();
    try (JsonWriter writer = new JsonWriter(text)) {
      writer.setHtmlSafe(false);
      writer.beginObject();
      if (prompt.messages().isEmpty()) {
        writer.name("prompt").value(prompt.text());
      } else {
        messages(writer.name("messages"), prompt.messages());
      }
      ids(writer.name("prompt_ids"), result.promptIds());
      writer.name("text").value(result.text());
      ids(writer.name("ids"), result.ids());
      writer.name("route").value(result.route().name());
      writer.name("finish_reason").value(name(result.finishReason()));
      if (!result.candidates().isEmpty()) {
        scores(writer, result.candidates().get(0));
      }
      if (result.candidates().size() > 1) {
        candidates(writer.name("candidates"), result.candidates());
      }
      timings(writer.name("timings"), result.timings());
      writer.endObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return inUtf8(text.toString());
  }

  private static void messages(JsonWriter writer, List<ChatMessage> messages) throws IOException {
    writer.beginArray();
    for (ChatMessage message : messages) {
      writer.beginObject();
      writer.name("role").value(message.role());
      writer.name("content").value(message.text());
      writer.endObject();
    }
    writer.endArray();
  }

  private static String name(FinishReason reason) {
    return reason.name().toLowerCase(Locale.ROOT);
  }

  private static void ids(JsonWriter writer, List<Integer> ids) throws IOException {
    writer.beginArray();
    for (int id : ids) {
      writer.value(id);
    }
    writer.endArray();
  }

  private static void scores(JsonWriter writer, Candidate candidate) throws IOException {
    if (candidate.score().isPresent()) {
      writer.name("score").value(candidate.score().getAsDouble());
    }
    if (!candidate.logprobs().isEmpty()) {
      writer.name("logprobs").beginArray();
      for (double each : candidate.logprobs()) {
        writer.value(each);
      }
      writer.endArray();
    }
  }

  private static void candidates(JsonWriter writer, List<Candidate> candidates) throws IOException {
    writer.beginArray();
    for (Candidate candidate : candidates) {
      writer.beginObject();
      writer.name("text").value(candidate.text());
      ids(writer.name("ids"), candidate.ids());
      writer.name("finish_reason").value(name(candidate.finishReason()));
      scores(writer, candidate);
      writer.endObject();
    }
    writer.endArray();
  }

  private static void timings(JsonWriter writer, Timings timings) throws IOException {
    writer.beginObject();
    writer.name("queued").value(milliseconds(timings.queued()));
    writer.name("encode").value(milliseconds(timings.encode()));
    writer.name("prefill").value(milliseconds(timings.prefill()));
    writer.name("decode").value(milliseconds(timings.decode()));
    writer.name("first_token").value(milliseconds(timings.firstToken()));
    writer.name("total").value(milliseconds(timings.total()));
    writer.endObject();
  }

  private static double milliseconds(Duration duration) {
    return Math.round(duration.toNanos() / 1e3) / 1e3;
  }

  /** JSON with lone surrogates escaped, as UTF-8 cannot carry half of a pair. */
  static String inUtf8(String json) {
    StringBuilder escaped = new StringBuilder(json.length());
    json.codePoints()
        .forEach(
            point -> {
              if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
                escaped.append(String.format("\\u%04x", point));
              } else {
                escaped.appendCodePoint(point);
              }
            });
    return escaped.toString();
  }
}
