package io.l2s.samples.chat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.completions.CompletionCreateParams;
import com.openai.models.models.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.client.TestRestTemplate;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** One property adds a checkpoint with a chat template, here a tiny Llama that gets one. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "l2s.models.en-de.bundle=" + InstructTests.FIXTURES + "/hybrid-a-t5-t5-add",
      "l2s.models.en-de.warm-up=false",
      "l2s.llm.precision=f32",
      "l2s.warm-up=false"
    })
@Timeout(60)
class InstructTests {

  static final String FIXTURES = "../../l2s-core/src/test/resources/fixtures";

  /** Every message is followed by what stood behind the sources in the tiny model's training. */
  private static final String TEMPLATE =
      "{{ bos_token }}{% for message in messages %}{{ message.content }} = {% endfor %}";

  private static final String SOURCE = "I will never be your friend.";

  @TempDir static Path directory;

  @Autowired private TestRestTemplate http;
  @LocalServerPort private int port;
  private OpenAIClient client;

  @DynamicPropertySource
  static void checkpoint(DynamicPropertyRegistry properties) throws IOException {
    Path copy = Files.createDirectories(directory.resolve("llama-instruct"));
    try (Stream<Path> files = Files.list(Path.of(FIXTURES, "llama"))) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    ObjectMapper json = new ObjectMapper();
    Path configuration = copy.resolve("tokenizer_config.json");
    ObjectNode changed = (ObjectNode) json.readTree(configuration.toFile());
    json.writeValue(configuration.toFile(), changed.put("chat_template", TEMPLATE));
    properties.add("l2s.llm.location", copy::toString);
  }

  @BeforeEach
  void connect() {
    client =
        OpenAIOkHttpClient.builder()
            .baseUrl("http://localhost:" + port + "/v1")
            .apiKey("none")
            .maxRetries(0)
            .build();
  }

  @AfterEach
  void disconnect() {
    client.close();
  }

  @Test
  void theCheckpointIsServedBesideTheDemoPair() {
    assertThat(client.models().list().data())
        .extracting(Model::id)
        .containsExactlyInAnyOrder("default", "en-de");
  }

  @Test
  void theCheckpointReadsTheWholeConversation() {
    ChatCompletion answer =
        client
            .chat()
            .completions()
            .create(
                ChatCompletionCreateParams.builder()
                    .model("default")
                    .addSystemMessage("Where is the station?")
                    .addUserMessage(SOURCE)
                    .maxCompletionTokens(12)
                    .build());
    assertThat(answer.choices().get(0).message().content())
        .hasValue(completion("Where is the station? = " + SOURCE + " = "))
        .isNotEqualTo(completion(SOURCE + " = "));
    assertThat(answer._additionalProperties().get("l2s"))
        .hasToString("{route=LLM_ONLY, degradation=null, unread_messages=0}");
  }

  @Test
  void theChatClientAsksTheCheckpointNow() {
    JsonNode answer = http.postForObject("/api/chat", Map.of("text", SOURCE), JsonNode.class);
    assertThat(answer.get("route").asText()).isEqualTo("LLM_ONLY");
    String events = http.postForObject("/api/chat/stream", Map.of("text", SOURCE), String.class);
    assertThat(ChatEvents.of(events).text())
        .isEqualTo(answer.get("text").asText())
        .startsWith(completion(SOURCE + " = "))
        .isNotBlank();
    assertThat(ChatEvents.of(events).lastName()).isEqualTo("done");
  }

  /** The answer to a prompt that the test writes itself; its tokenizer adds the first token. */
  private String completion(String prompt) {
    return client
        .completions()
        .create(
            CompletionCreateParams.builder().model("default").prompt(prompt).maxTokens(12).build())
        .choices()
        .get(0)
        .text();
  }
}
