package io.l2s.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What {@code l2s generate} reads and writes in tests. */
final class GenerateAnswers {

  private GenerateAnswers() {}

  static void assertFailure(CliRun run, String message) {
    assertThat(run.err()).contains(message).doesNotContain("\tat ");
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.exitCode()).isEqualTo(1);
  }

  static void assertAnswers(CliRun run, List<FixtureBundle.Case> cases, String route) {
    assertThat(run.err()).isEmpty();
    List<JsonObject> answers =
        run.out().lines().map(line -> JsonParser.parseString(line).getAsJsonObject()).toList();
    assertThat(answers).hasSameSizeAs(cases);
    for (int i = 0; i < cases.size(); i++) {
      JsonObject answer = answers.get(i);
      assertThat(answer.get("prompt").getAsString()).isEqualTo(cases.get(i).text());
      assertThat(ints(answer, "prompt_ids")).isEqualTo(cases.get(i).inputIds());
      assertThat(ints(answer, "ids")).as(cases.get(i).text()).isEqualTo(cases.get(i).ids());
      assertThat(answer.get("text").getAsString()).isEqualTo(cases.get(i).answer());
      assertThat(answer.get("route").getAsString()).isEqualTo(route);
      assertThat(answer.get("finish_reason").getAsString())
          .isEqualTo(cases.get(i).ids().get(cases.get(i).ids().size() - 1) == 1 ? "eos" : "length");
    }
    assertThat(run.exitCode()).isZero();
  }

  /** Writes the prompts of {@code cases} as lines of JSON. */
  static String promptFile(Path directory, List<FixtureBundle.Case> cases) throws IOException {
    Path file = directory.resolve("prompts.jsonl");
    StringBuilder lines = new StringBuilder();
    for (FixtureBundle.Case each : cases) {
      JsonObject line = new JsonObject();
      line.addProperty("prompt", each.text());
      lines.append(line).append('\n');
    }
    return Files.writeString(file, lines).toString();
  }

  private static List<Integer> ints(JsonObject answer, String field) {
    return answer.getAsJsonArray(field).asList().stream().map(JsonElement::getAsInt).toList();
  }

  /** The prompt in a line of JSON. */
  static String prompt(String line) {
    return JsonParser.parseString(line).getAsJsonObject().get("prompt").getAsString();
  }
}
