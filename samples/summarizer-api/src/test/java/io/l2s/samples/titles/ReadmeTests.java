package io.l2s.samples.titles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The README's commands get the answers that it shows below them, from the bundle that it names.
 */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      // The application starts in the repository's root, its tests here.
      "l2s.bundle=../models/abstract-title",
      // Answers of f32 are the same on every processor.
      "l2s.llm.precision=f32",
      "l2s.slm.precision=f32",
      "l2s.warm-up=false",
      "spring.datasource.url=jdbc:h2:mem:readme"
    })
@Timeout(120)
class ReadmeTests {

  /** A command and, in the next block, what it prints. */
  private static final Pattern EXAMPLE =
      Pattern.compile("```bash\n(curl .*?)```\n.*?```(json|text)\n(.*?)```\n", Pattern.DOTALL);

  /** Fields that differ from run to run. */
  private static final List<String> CHANGING =
      List.of("jobId", "id", "createdAt", "timings", "milliseconds");

  private final JsonMapper json = new JsonMapper();

  @LocalServerPort private int port;

  @Test
  void eachCommandGetsTheAnswerShown() throws Exception {
    List<MatchResult> examples =
        EXAMPLE.matcher(Files.readString(Path.of("README.md"))).results().toList();
    assertThat(examples).hasSizeGreaterThanOrEqualTo(5);
    // In the README's order, since the history shows what came before.
    for (MatchResult example : examples) {
      String answer = run(example.group(1));
      assertThat(lasting(example.group(2), answer))
          .as("README.md shows another answer to%n%s", example.group(1))
          .isEqualTo(lasting(example.group(2), example.group(3)));
    }
  }

  private JsonNode lasting(String language, String answer) {
    JsonNode read =
        language.equals("json")
            ? json.readTree(answer)
            : json.valueToTree(
                answer.lines().filter(line -> line.startsWith("data:")).map(this::data).toList());
    read.findParents("jobId").forEach(each -> ((ObjectNode) each).remove(CHANGING));
    read.findParents("id").forEach(each -> ((ObjectNode) each).remove(CHANGING));
    return read;
  }

  private JsonNode data(String line) {
    return json.readTree(line.substring("data:".length()));
  }

  private String run(String command) throws IOException, InterruptedException {
    assumeTrue(
        onPath("bash") && onPath("curl"),
        "put bash and curl on PATH to test the README's commands");
    assertThat(command).contains("localhost:8080");
    Process process =
        new ProcessBuilder("bash", "-c", command.replace("localhost:8080", "localhost:" + port))
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  private static boolean onPath(String program) {
    return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }
}
