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
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
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

  @Autowired private Recorder recorder;
  @LocalServerPort private int port;
  private OpenAIClient client;

  /** Other classes use the application too. */
  @AfterEach
  void resetRecorder() {
    recorder.failure = null;
    recorder.minNewTokens = 0;
    recorder.ends.clear();
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
