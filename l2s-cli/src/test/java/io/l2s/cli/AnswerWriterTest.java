package io.l2s.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l2s.FinishReason;
import io.l2s.GenerationResult;
import io.l2s.Route;
import io.l2s.Timings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AnswerWriterTest {

  private static final Timings TIMINGS =
      new Timings(
          Duration.ofNanos(1_500_000),
          Duration.ofMillis(2),
          Duration.ofMillis(1),
          Duration.ofMillis(3),
          Duration.ofMillis(4),
          Duration.ofMillis(6),
          Duration.ofNanos(10_000_400));

  @Test
  void jsonlHasAllFieldsInOneLine() {
    assertThat(written(Form.JSONL, "p<1>", "a\n\"b\" ü"))
        .isEqualTo(
            "{\"prompt\":\"p<1>\",\"prompt_ids\":[3,1],\"text\":\"a\\n\\\"b\\\" ü\",\"ids\":[5,6,1],"
                + "\"route\":\"LLM_ONLY\",\"finish_reason\":\"eos\",\"timings\":{\"queued\":1.5,"
                + "\"encode\":2.0,\"prefill\":3.0,\"decode\":4.0,\"first_token\":6.0,"
                + "\"total\":10.0}}\n");
  }

  @Test
  void jsonlEscapesLoneSurrogatesAndKeepsPairs() {
    assertThat(written(Form.JSONL, "\ud800 😀 \udc00", ""))
        .startsWith("{\"prompt\":\"\\ud800 😀 \\udc00\",");
  }

  @Test
  void textKeepsOneLinePerAnswer() {
    assertThat(written(Form.TEXT, "p", "a\nb\r\nc\\d")).isEqualTo("a\\nb\\r\\nc\\d\n");
  }

  @Test
  void aClosedOutputIsAFailure() {
    Writer closed =
        new Writer() {
          @Override
          public void write(char[] buffer, int offset, int length) throws IOException {
            throw new IOException("broken pipe");
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };

    assertThatThrownBy(
            () ->
                new AnswerWriter(new PrintWriter(closed), Form.TEXT)
                    .write(new Prompt("line 1", "p"), result("a")))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("cannot write to standard output");
  }

  private static String written(Form form, String prompt, String answer) {
    StringWriter out = new StringWriter();
    new AnswerWriter(new PrintWriter(out), form)
        .write(new Prompt("line 1", prompt), result(answer));
    return out.toString();
  }

  private static GenerationResult result(String text) {
    return new GenerationResult(
        text,
        List.of(3, 1),
        List.of(5, 6, 1),
        Route.LLM_ONLY,
        Optional.empty(),
        FinishReason.EOS,
        TIMINGS);
  }
}
