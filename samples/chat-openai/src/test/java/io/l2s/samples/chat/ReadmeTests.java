package io.l2s.samples.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;

/** The README shows the files that run here, and the answers that they get from the demo pair. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      // The application starts in the repository's root, its tests here.
      "l2s.models.en-de.bundle=../models/en-de",
      // Answers of f32 are the same on every processor.
      "l2s.models.en-de.llm.precision=f32",
      "l2s.models.en-de.slm.precision=f32",
      "l2s.models.en-de.warm-up=false",
      // A line of the log would part a line of the example's output.
      "logging.level.root=warn"
    })
@ExtendWith(OutputCaptureExtension.class)
@Timeout(120)
class ReadmeTests {

  private static final Path EXAMPLES = Path.of("src/test/examples");

  /** A code block below the name of the file that it shows. */
  private static final Pattern SHOWN =
      Pattern.compile("<!-- (src/\\S+) -->\n```\\w+\n(.*?)```\n", Pattern.DOTALL);

  /** A piece of a streamed text; the pieces' borders differ from run to run. */
  private static final Pattern PIECE = Pattern.compile("\"(?:content|text)\":\"([^\"]*)\"");

  private final ObjectMapper json = new ObjectMapper();

  @LocalServerPort private int port;

  @Test
  void theReadmeShowsEveryExampleAsItIs() throws IOException {
    Map<String, String> shown = new TreeMap<>();
    Matcher block = SHOWN.matcher(Files.readString(Path.of("README.md")));
    while (block.find()) {
      shown.put(block.group(1), block.group(2));
    }
    Map<String, String> files = new TreeMap<>();
    for (String file : shown.keySet()) {
      files.put(file, Files.readString(Path.of(file)));
    }
    assertThat(shown)
        .as("README.md shows other texts than the files; copy the files into it")
        .isEqualTo(files);

    TreeSet<String> examples = new TreeSet<>();
    try (Stream<Path> list = Files.list(EXAMPLES)) {
      list.forEach(each -> examples.add(EXAMPLES + "/" + each.getFileName()));
    }
    examples.add("src/test/java/io/l2s/samples/chat/OpenAiExample.java");
    examples.add("src/main/java/io/l2s/samples/chat/ChatController.java");
    assertThat(shown.keySet()).isEqualTo(examples);
  }

  @ParameterizedTest
  @ValueSource(strings = {"chat", "models", "error", "client", "client-error"})
  void curlGetsTheAnswerShown(String example) throws Exception {
    JsonNode expected = json.readTree(EXAMPLES.resolve(example + ".json").toFile());
    JsonNode answer = json.readTree(run(example + ".sh"));
    assertThat(lasting(answer)).isEqualTo(lasting(expected));
  }

  @ParameterizedTest
  @ValueSource(strings = {"stream", "client-stream"})
  void curlGetsTheStreamShown(String example) throws Exception {
    String expected = Files.readString(EXAMPLES.resolve(example + ".txt"));
    String stream = run(example + ".sh");
    assertThat(pieces(stream)).isEqualTo(pieces(expected)).isEqualTo("Wo ist der Bahnhof?");
    assertThat(otherLines(stream)).isEqualTo(otherLines(expected));
  }

  @Test
  void openAisClientPrintsWhatIsShown(CapturedOutput output) throws IOException {
    OpenAiExample.main(new String[] {"http://localhost:" + port + "/v1"});
    assertThat(output.getOut().lines().toList())
        .containsSubsequence(Files.readAllLines(EXAMPLES.resolve("openai-java.txt")));
  }

  private String run(String script) throws IOException, InterruptedException {
    assumeTrue(
        onPath("bash") && onPath("curl"),
        "put bash and curl on PATH to test the README's commands");
    String command = Files.readString(EXAMPLES.resolve(script));
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

  /** The answer without what differs from call to call. */
  private static JsonNode lasting(JsonNode answer) {
    ((ObjectNode) answer).remove(List.of("id", "created"));
    answer.path("data").forEach(model -> ((ObjectNode) model).remove("created"));
    return answer;
  }

  private static String pieces(String stream) {
    StringBuilder text = new StringBuilder();
    PIECE.matcher(stream).results().forEach(piece -> text.append(piece.group(1)));
    return text.toString();
  }

  private static List<String> otherLines(String stream) {
    List<String> lines = new ArrayList<>(stream.lines().toList());
    lines.removeIf(
        line -> line.isBlank() || line.equals("event:chunk") || PIECE.matcher(line).find());
    return lines;
  }
}
