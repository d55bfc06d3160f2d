package io.l2s.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.InternalServerException;
import com.openai.errors.NotFoundException;
import com.openai.errors.RateLimitException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.completions.Completion;
import com.openai.models.completions.CompletionChoice;
import com.openai.models.completions.CompletionCreateParams;
import com.openai.models.models.Model;
import io.l2s.DelegatingHybridLanguageModel;
import io.l2s.FinishReason;
import io.l2s.GenerationFailedException;
import io.l2s.GenerationHandle;
import io.l2s.GenerationListener;
import io.l2s.GenerationOptions;
import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.HybridLanguageModel;
import io.l2s.InvalidRequestException;
import io.l2s.L2sException;
import io.l2s.QueueFullException;
import io.l2s.TextChunk;
import io.l2s.autoconfigure.HybridLanguageModelDecorator;
import io.l2s.autoconfigure.ModelDescription;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The endpoint on a small pair of real models, as the official client sees it. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "l2s.openai.enabled=true",
      "l2s.openai.model-name=en-de",
      "l2s.bundle=../l2s-core/src/test/resources/fixtures/hybrid-a-t5-t5-add",
      "l2s.llm.precision=f32",
      "l2s.slm.precision=f32",
      "l2s.warm-up=false"
    })
@Timeout(120)
class OpenAiEndpointTests {

  /** A source, the prompt that the bundle's template makes of it, and transformers' answer. */
  private static final String SOURCE = "Get some blankets.";

  private static final String PROMPT = "translate English to German: " + SOURCE;
  private static final String ANSWER = "In Sie mich recht.";

  private final HttpClient http = HttpClient.newHttpClient();

  @Autowired private Recorder recorder;
  @LocalServerPort private int port;
  private OpenAIClient client;

  @BeforeEach
  void connect() {
    recorder.failure = null;
    recorder.ends.clear();
    client =
        OpenAIOkHttpClient.builder()
            .baseUrl("http://localhost:" + port + "/v1")
            .apiKey("none")
            .maxRetries(0)
            .build();
  }

  @Test
  void aChatWithoutChatTemplateAnswersTheLastUserMessageInThePromptTemplate() {
    ChatCompletion answer =
        client
            .chat()
            .completions()
            .create(chat().addSystemMessage("Be brief.").addUserMessage(SOURCE).build());

    assertThat(answer.choices().get(0).message().content()).hasValue(ANSWER);
    assertThat(answer.choices().get(0).finishReason())
        .isEqualTo(ChatCompletion.Choice.FinishReason.STOP);
    assertThat(answer.model()).isEqualTo("en-de");
    assertThat(answer.id()).startsWith("chatcmpl-");
    assertThat(answer.usage().orElseThrow().completionTokens()).isEqualTo(10);
    assertThat(answer.usage().orElseThrow().totalTokens())
        .isEqualTo(answer.usage().orElseThrow().promptTokens() + 10);
    assertThat(answer._additionalProperties().get("l2s"))
        .hasToString("{route=HYBRID, degradation=null, unread_messages=1}");
  }

  @Test
  void aStreamedChatIsTheWholeAnswerWithItsUsage() {
    ChatCompletionAccumulator whole = ChatCompletionAccumulator.create();
    ChatCompletionCreateParams params =
        chat()
            .addUserMessage(SOURCE)
            .streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build())
            .build();
    int chunks = 0;
    try (StreamResponse<ChatCompletionChunk> stream =
        client.chat().completions().createStreaming(params)) {
      for (ChatCompletionChunk chunk : (Iterable<ChatCompletionChunk>) stream.stream()::iterator) {
        whole.accumulate(chunk);
        chunks++;
      }
    }

    assertThat(whole.chatCompletion().choices().get(0).message().content()).hasValue(ANSWER);
    assertThat(whole.chatCompletion().usage().orElseThrow().completionTokens()).isEqualTo(10);
    assertThat(chunks).isGreaterThan(3);
  }

  @Test
  void aCompletionTakesThePromptAsItIsAndTellsLogprobs() {
    Completion answer = client.completions().create(completion(PROMPT).logprobs(0L).build());

    CompletionChoice choice = answer.choices().get(0);
    assertThat(choice.text()).isEqualTo(ANSWER);
    assertThat(choice.finishReason()).isEqualTo(CompletionChoice.FinishReason.STOP);
    CompletionChoice.Logprobs logprobs = choice.logprobs().orElseThrow();
    assertThat(String.join("", logprobs.tokens().orElseThrow())).isEqualTo(ANSWER);
    assertThat(logprobs.tokenLogprobs().orElseThrow())
        .hasSameSizeAs(logprobs.tokens().orElseThrow())
        .allMatch(value -> value < 0);
  }

  @Test
  void logprobsOfAStreamedChatComeWithItsEnd() {
    ChatCompletionAccumulator whole = ChatCompletionAccumulator.create();
    try (StreamResponse<ChatCompletionChunk> stream =
        client
            .chat()
            .completions()
            .createStreaming(chat().addUserMessage(SOURCE).logprobs(true).build())) {
      stream.stream().forEach(whole::accumulate);
    }

    StringBuilder text = new StringBuilder();
    whole
        .chatCompletion()
        .choices()
        .get(0)
        .logprobs()
        .orElseThrow()
        .content()
        .orElseThrow()
        .forEach(each -> text.append(each.token()));
    assertThat(text).hasToString(ANSWER);
  }

  @Test
  void aStopStringAndTheLimitOfTokensEndTheAnswer() {
    Completion stopped = client.completions().create(completion(PROMPT).stop(" mich").build());
    Completion limited = client.completions().create(completion(PROMPT).maxTokens(2L).build());

    assertThat(stopped.choices().get(0).text()).isEqualTo("In Sie");
    assertThat(stopped.choices().get(0).finishReason())
        .isEqualTo(CompletionChoice.FinishReason.STOP);
    assertThat(limited.choices().get(0).finishReason())
        .isEqualTo(CompletionChoice.FinishReason.LENGTH);
    assertThat(ANSWER).startsWith(limited.choices().get(0).text());
  }

  @Test
  void severalSamplesOfOneSeedAreRepeatable() {
    ChatCompletionCreateParams params =
        chat().addUserMessage(SOURCE).n(3L).seed(7L).temperature(1.5).topP(0.95).build();

    List<String> first = contents(client.chat().completions().create(params));
    assertThat(first).hasSize(3).doesNotHaveDuplicates();
    assertThat(contents(client.chat().completions().create(params))).isEqualTo(first);
    ChatCompletionAccumulator streamed = ChatCompletionAccumulator.create();
    try (StreamResponse<ChatCompletionChunk> stream =
        client.chat().completions().createStreaming(params)) {
      stream.stream().forEach(streamed::accumulate);
    }
    assertThat(contents(streamed.chatCompletion())).isEqualTo(first);
  }

  @Test
  void theModelIsListedUnderItsName() {
    assertThat(client.models().list().data()).extracting(Model::id).containsExactly("en-de");
    assertThat(client.models().retrieve("en-de").id()).isEqualTo("en-de");
    NotFoundException unknown =
        catchThrowableOfType(
            NotFoundException.class,
            () ->
                client
                    .chat()
                    .completions()
                    .create(chat().model("gpt-4").addUserMessage("x").build()));
    assertThat(unknown.code()).hasValue("model_not_found");
    assertThat(unknown).hasMessageContaining("one of [en-de], but was gpt-4");
  }

  @Test
  void aValueOutOfBoundsIsRefusedByOpenAisName() {
    BadRequestException refused =
        catchThrowableOfType(
            BadRequestException.class,
            () ->
                client
                    .chat()
                    .completions()
                    .create(chat().addUserMessage("x").maxCompletionTokens(5000L).build()));
    assertThat(refused.param()).hasValue("max_completion_tokens");
    assertThat(refused).hasMessageContaining("between 1 and 4096, but was 5000");
  }

  @Test
  void aFullQueueIs429WithTheTimeToRetry() {
    recorder.failure = new QueueFullException(4);
    RateLimitException refused =
        catchThrowableOfType(
            RateLimitException.class,
            () -> client.chat().completions().create(chat().addUserMessage("x").build()));
    assertThat(refused.headers().values("Retry-After")).containsExactly("1");
    assertThat(refused.code()).hasValue("rate_limit_exceeded");
  }

  @Test
  void aBoundNamesThePropertyOfTheModel() {
    recorder.failure =
        new InvalidRequestException(
            "numReturnSequences", "at most 2 (maxBatchSize)", 3, "maxBatchSize");
    recorder.failure.setModel("en");
    BadRequestException refused =
        catchThrowableOfType(
            BadRequestException.class,
            () -> client.chat().completions().create(chat().addUserMessage("x").build()));
    assertThat(refused).hasMessageContaining("at most 2 (l2s.models.en.batch.max-size)");
  }

  @Test
  void aFailureTellsNoPathOfTheServer() {
    recorder.failure =
        new GenerationFailedException(
            GenerationFailedException.Component.SLM, "/srv/models/a/tokenizer.json broke", null);
    InternalServerException failed =
        catchThrowableOfType(
            InternalServerException.class,
            () -> client.chat().completions().create(chat().addUserMessage("x").build()));
    assertThat(failed).hasMessageContaining("tokenizer.json broke");
    assertThat(failed.getMessage()).doesNotContain("/srv");
  }

  @Test
  void aClientThatLeavesStopsTheDecoding() throws Exception {
    recorder.minNewTokens = 4_000;
    try (StreamResponse<ChatCompletionChunk> stream =
        client.chat().completions().createStreaming(chat().addUserMessage(SOURCE).build())) {
      stream.stream().iterator().next();
    } finally {
      recorder.minNewTokens = 0;
    }
    GenerationResult end = recorder.ends.take();
    assertThat(end.finishReason()).isEqualTo(FinishReason.CANCELLED);
    assertThat(end.ids().size()).isLessThan(4_000);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"tools\": [{\"type\": \"function\"}]|400|tools",
        "\"response_format\": {\"type\": \"json_object\"}|400|response_format",
        "\"logit_bias\": {\"5\": 1}|400|logit_bias",
        "\"top_logprobs\": 3|400|top_logprobs",
        "\"reasoning_effort\": \"low\"|400|reasoning_effort",
        "\"stream_options\": {\"x\": 1}|400|stream_options.x",
        "\"temperature\": \"0.5\"|400|temperature",
        "\"temperature\": 2.5|400|temperature",
        "\"max_tokens\": 1.5|400|max_tokens",
        "\"n\": 2, \"temperature\": 0|400|n",
        "\"top_p\": 0|400|top_p",
        "\"stop\": [5]|400|stop",
        "\"presence_penalty\": 3|400|presence_penalty",
        "\"unknown\": true|400|unknown",
        "\"tools\": [], \"user\": \"u\", \"seed\": null, \"logit_bias\": {}|200|",
        "\"response_format\": {\"type\": \"text\"}, \"store\": false|200|"
      })
  void aFieldWithoutEffectIsRefusedByName(String field, int status, String param) throws Exception {
    HttpResponse<String> response =
        post(
            "{\"model\": \"en-de\", \"messages\": [{\"role\": \"user\", \"content\": \"x\"}], "
                + field
                + "}");
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    if (param != null) {
      assertThat(response.body()).contains("\"param\":\"" + param + "\"");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[]|messages",
        "\"x\"|messages",
        "[{\"role\": \"tool\", \"content\": \"x\"}]|messages[0].role",
        "[{\"role\": \"user\", \"content\": 5}]|messages[0].content",
        "[{\"role\": \"user\"}]|messages[0].content",
        "[{\"role\": \"user\", \"content\": \"x\", \"name\": \"a\"}]|messages[0].name",
        "[{\"role\": \"user\", \"content\": [{\"type\": \"image_url\"}]}]"
            + "|messages[0].content[0].type",
        "[{\"role\": \"system\", \"content\": \"x\"}]|messages"
      })
  void aMessageThatIsNoTextIsRefusedByName(String messages, String param) throws Exception {
    HttpResponse<String> response = post("{\"model\": \"en-de\", \"messages\": " + messages + "}");
    assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
    assertThat(response.body()).contains("\"param\":\"" + param + "\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "application/json|{\"model\": \"en-de\"} x|400",
        "application/json|{\"model\": \"en-de\", \"model\": \"b\"}|400",
        "application/json|{\"model\": |400",
        "application/json|[]|400",
        "text/plain|{}|415",
        "multipart/form-data; boundary=x|--x--|415"
      })
  void aBodyThatIsNoJsonObjectIsAnErrorInOpenAisForm(String type, String body, int status)
      throws Exception {
    HttpResponse<String> response = post(type, body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
    assertThat(response.body()).contains("{\"error\":{\"message\":\"", "invalid_request_error");
  }

  @Test
  void aLargeValueIsNotEchoedWhole() throws Exception {
    HttpResponse<String> response = post("{\"model\": \"" + "m".repeat(5_000) + "\"}");
    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(response.body()).hasSizeLessThan(600).contains("(5000 characters)");
  }

  @Test
  void aBodyOverTheLimitIs413AndAnotherMethod405() throws Exception {
    HttpResponse<String> large = post("{\"model\": \"" + "m".repeat(2 << 20) + "\"}");
    assertThat(large.statusCode()).isEqualTo(413);
    assertThat(large.body()).contains("at most 1048576 bytes");
    HttpResponse<String> get =
        http.send(HttpRequest.newBuilder(uri()).build(), HttpResponse.BodyHandlers.ofString());
    assertThat(get.statusCode()).isEqualTo(405);
  }

  @Test
  void anEncodedPathHasTheSameBounds() throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/v1/chat/completion%73"));
    HttpResponse<String> large =
        http.send(
            request
                .header("Content-Type", "application/json")
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        "{\"model\": \"" + "m".repeat(2 << 20) + "\"}"))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(large.statusCode()).isEqualTo(413);
    HttpResponse<String> form =
        http.send(
            request
                .setHeader("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(form.statusCode()).isEqualTo(415);
  }

  private HttpResponse<String> post(String body) throws Exception {
    return post("application/json", body);
  }

  private HttpResponse<String> post(String type, String body) throws Exception {
    return http.send(
        HttpRequest.newBuilder(uri())
            .header("Content-Type", type)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private URI uri() {
    return URI.create("http://localhost:" + port + "/v1/chat/completions");
  }

  private static List<String> contents(ChatCompletion answer) {
    return answer.choices().stream().map(each -> each.message().content().orElseThrow()).toList();
  }

  private static ChatCompletionCreateParams.Builder chat() {
    return ChatCompletionCreateParams.builder().model("en-de").temperature(0.0);
  }

  private static CompletionCreateParams.Builder completion(String prompt) {
    return CompletionCreateParams.builder().model("en-de").prompt(prompt);
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Application {

    @Bean
    Recorder recorder() {
      return new Recorder();
    }
  }

  /** Lets a test refuse requests, make answers long, and see how they end. */
  static final class Recorder implements HybridLanguageModelDecorator {

    final BlockingQueue<GenerationResult> ends = new LinkedBlockingQueue<>();
    volatile L2sException failure;
    volatile int minNewTokens;

    @Override
    public HybridLanguageModel decorate(HybridLanguageModel model, ModelDescription description) {
      return new DelegatingHybridLanguageModel(model) {
        @Override
        public GenerationHandle submit(GenerationRequest request, GenerationListener listener) {
          if (failure != null) {
            throw failure;
          }
          if (minNewTokens == 0) {
            return model.submit(request, recording(listener));
          }
          GenerationOptions options =
              GenerationOptions.builder().minNewTokens(minNewTokens).build();
          return model.submit(
              request.withOptions(options).withMaxNewTokens(minNewTokens), recording(listener));
        }
      };
    }

    private GenerationListener recording(GenerationListener listener) {
      return new GenerationListener() {
        @Override
        public void onChunk(TextChunk chunk) {
          listener.onChunk(chunk);
        }

        @Override
        public void onComplete(GenerationResult result) {
          ends.add(result);
          listener.onComplete(result);
        }

        @Override
        public void onError(L2sException failure) {
          listener.onError(failure);
        }
      };
    }
  }
}
