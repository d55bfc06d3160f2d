package io.l2s.samples.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.models.Model;
import io.l2s.DelegatingHybridLanguageModel;
import io.l2s.GenerationFailedException;
import io.l2s.GenerationHandle;
import io.l2s.GenerationListener;
import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.HybridLanguageModel;
import io.l2s.L2sException;
import io.l2s.TextChunk;
import io.l2s.autoconfigure.HybridLanguageModelDecorator;
import io.l2s.autoconfigure.ModelDescription;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.client.TestRestTemplate;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

/** Both ways to the model, OpenAI's client and the ChatClient behind HTTP, on a small real pair. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "l2s.models.en-de.bundle=../../l2s-core/src/test/resources/fixtures/hybrid-a-t5-t5-add",
      "l2s.models.en-de.llm.precision=f32",
      "l2s.models.en-de.slm.precision=f32",
      "l2s.models.en-de.warm-up=false"
    })
@Timeout(60)
class ChatHttpTests {

  /** A source that the bundle's template makes a prompt of, and transformers' answer. */
  private static final String SOURCE = "Get some blankets.";

  private static final String ANSWER = "In Sie mich recht.";

  @Autowired private TestRestTemplate http;
  @Autowired private BreakingModels models;
  @LocalServerPort private int port;
  private OpenAIClient client;

  @BeforeEach
  void connect() {
    models.broken = false;
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
  void openAisClientListsTheDemoPairByItsName() {
    assertThat(client.models().list().data()).extracting(Model::id).containsExactly("en-de");
  }

  @Test
  void openAisClientGetsTheAnswerToItsLastUserMessage() {
    ChatCompletion answer =
        client
            .chat()
            .completions()
            .create(chat().addSystemMessage("Be brief.").addUserMessage(SOURCE).build());
    assertThat(answer.choices().get(0).message().content()).hasValue(ANSWER);
    assertThat(answer._additionalProperties().get("l2s"))
        .hasToString("{route=HYBRID, degradation=null, unread_messages=1}");
  }

  @Test
  void openAisClientStreamsTheSameAnswer() {
    ChatCompletionAccumulator whole = ChatCompletionAccumulator.create();
    try (StreamResponse<ChatCompletionChunk> stream =
        client.chat().completions().createStreaming(chat().addUserMessage(SOURCE).build())) {
      stream.stream().forEach(whole::accumulate);
    }
    assertThat(whole.chatCompletion().choices().get(0).message().content()).hasValue(ANSWER);
  }

  @Test
  void openAisClientIsToldWhatIsUnknownOrOutOfBounds() {
    NotFoundException unknown =
        catchThrowableOfType(
            NotFoundException.class,
            () ->
                client
                    .chat()
                    .completions()
                    .create(chat().model("gpt-4").addUserMessage("x").build()));
    assertThat(unknown).hasMessageContaining("one of [en-de], but was gpt-4");

    BadRequestException refused =
        catchThrowableOfType(
            BadRequestException.class,
            () ->
                client
                    .chat()
                    .completions()
                    .create(chat().addUserMessage("x").maxCompletionTokens(5000L).build()));
    assertThat(refused.param()).hasValue("max_completion_tokens");
  }

  @Test
  void theChatClientGetsTheAnswer() {
    ResponseEntity<JsonNode> response = post("/api/chat", SOURCE, JsonNode.class);
    assertThat(response.getStatusCode()).isEqualTo(HttpStatus.OK);
    assertThat(response.getBody().get("text").asText()).isEqualTo(ANSWER);
    assertThat(response.getBody().get("route").asText()).isEqualTo("HYBRID");
    assertThat(response.getBody().get("finishReason").asText()).isEqualTo("STOP");
  }

  @Test
  void theChatClientStreamsTheSameAnswer() {
    ResponseEntity<String> response = post("/api/chat/stream", SOURCE, String.class);
    assertThat(response.getHeaders().getContentType().isCompatibleWith(MediaType.TEXT_EVENT_STREAM))
        .isTrue();
    assertThat(ChatEvents.of(response.getBody()).text()).isEqualTo(ANSWER);
    assertThat(ChatEvents.of(response.getBody()).chunks()).isGreaterThan(1);
    assertThat(ChatEvents.of(response.getBody()).lastName()).isEqualTo("done");
  }

  @Test
  void aStreamThatBreaksSaysSoInItsLastEvent() {
    models.broken = true;
    ChatEvents events = ChatEvents.of(post("/api/chat/stream", SOURCE, String.class).getBody());
    assertThat(ANSWER).startsWith(events.text());
    assertThat(events.lastName()).isEqualTo("problem");
    assertThat(events.last().get("status").asInt()).isGreaterThanOrEqualTo(500);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/chat", "/api/chat/stream"})
  void anEmptyMessageIs422WithTheField(String path) {
    ResponseEntity<JsonNode> response = post(path, " ", JsonNode.class);
    assertThat(response.getStatusCode()).isEqualTo(HttpStatus.UNPROCESSABLE_ENTITY);
    assertThat(response.getBody().get("field").asText()).isEqualTo("text");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/chat", "/api/chat/stream"})
  void aMessageThatIsTooLongIs413(String path) {
    ResponseEntity<JsonNode> response = post(path, "word ".repeat(10_000), JsonNode.class);
    assertThat(response.getStatusCode()).isEqualTo(HttpStatus.PAYLOAD_TOO_LARGE);
    assertThat(response.getBody().get("field").asText()).isEqualTo("prompt");
  }

  private <T> ResponseEntity<T> post(String path, String text, Class<T> type) {
    return http.postForEntity(path, Map.of("text", text), type);
  }

  private static ChatCompletionCreateParams.Builder chat() {
    return ChatCompletionCreateParams.builder().model("en-de").temperature(0.0);
  }

  @TestConfiguration(proxyBeanMethods = false)
  static class Configuration {

    @Bean
    BreakingModels models() {
      return new BreakingModels();
    }
  }

  /** Lets answers fail at their end, when their pieces have been sent. */
  static final class BreakingModels implements HybridLanguageModelDecorator {

    volatile boolean broken;

    @Override
    public HybridLanguageModel decorate(HybridLanguageModel model, ModelDescription description) {
      return new DelegatingHybridLanguageModel(model) {
        @Override
        public GenerationHandle submit(GenerationRequest request, GenerationListener listener) {
          return model.submit(request, broken ? breaking(listener) : listener);
        }
      };
    }

    private static GenerationListener breaking(GenerationListener listener) {
      return new GenerationListener() {
        @Override
        public void onChunk(TextChunk chunk) {
          listener.onChunk(chunk);
        }

        @Override
        public void onComplete(GenerationResult result) {
          onError(
              new GenerationFailedException(
                  GenerationFailedException.Component.SLM, "the model broke", null));
        }

        @Override
        public void onError(L2sException failure) {
          listener.onError(failure);
        }
      };
    }
  }
}
