package io.l2s.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.SystemMessage;
import dev.langchain4j.service.TokenStream;
import io.l2s.DelegatingHybridLanguageModel;
import io.l2s.GenerationHandle;
import io.l2s.GenerationListener;
import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.HybridLanguageModel;
import io.l2s.L2sException;
import io.l2s.QueueFullException;
import io.l2s.Route;
import io.l2s.TextChunk;
import io.l2s.autoconfigure.HybridLanguageModelDecorator;
import io.l2s.autoconfigure.ModelDescription;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The adapter on a small pair of real models, used by LangChain4j's AiServices. */
@SpringBootTest(
    properties = {
      "l2s.bundle=../l2s-core/src/test/resources/fixtures/hybrid-a-t5-t5-add",
      "l2s.llm.precision=f32",
      "l2s.slm.precision=f32",
      "l2s.warm-up=false"
    })
@Timeout(60)
class L2sChatModelTests {

  /** A source that the bundle's template makes a prompt of, and transformers' answer. */
  private static final String SOURCE = "Get some blankets.";

  private static final String ANSWER = "In Sie mich recht.";

  @Autowired private ChatModel model;
  @Autowired private StreamingChatModel streaming;
  @Autowired private Watched watched;

  interface Translator {
    @SystemMessage("Be brief.")
    String translate(String source);
  }

  interface StreamingTranslator {
    TokenStream translate(String source);
  }

  @Test
  void anAiServiceAnswers() {
    assertThat(AiServices.create(Translator.class, model).translate(SOURCE)).isEqualTo(ANSWER);
  }

  @Test
  void aResponseTellsItsUsageAndRoute() {
    ChatResponse response = model.chat(UserMessage.from(SOURCE));

    assertThat(response.finishReason()).isEqualTo(FinishReason.STOP);
    assertThat(response.tokenUsage().outputTokenCount()).isEqualTo(10);
    L2sChatResponseMetadata metadata = (L2sChatResponseMetadata) response.metadata();
    assertThat(metadata.route()).isEqualTo(Route.HYBRID);
    assertThat(metadata.degradation()).isEmpty();
    assertThat(metadata.unreadMessages()).isZero();
  }

  @Test
  void anAiServiceStreams() throws Exception {
    StringBuilder text = new StringBuilder();
    AtomicInteger pieces = new AtomicInteger();
    CompletableFuture<ChatResponse> end = new CompletableFuture<>();
    AiServices.create(StreamingTranslator.class, streaming)
        .translate(SOURCE)
        .onPartialResponse(
            piece -> {
              text.append(piece);
              pieces.incrementAndGet();
            })
        .onCompleteResponse(end::complete)
        .onError(end::completeExceptionally)
        .start();

    assertThat(end.get().aiMessage().text()).isEqualTo(ANSWER);
    assertThat(text).hasToString(ANSWER);
    assertThat(pieces.get()).isGreaterThan(1);
  }

  @Test
  void cancellingAStreamStopsTheDecoding() throws Exception {
    watched.minNewTokens = 4_000;
    watched.ends.clear();
    AtomicInteger pieces = new AtomicInteger();
    CompletableFuture<ChatResponse> end = new CompletableFuture<>();
    try {
      AiServices.create(StreamingTranslator.class, streaming)
          .translate(SOURCE)
          .onPartialResponseWithContext(
              (piece, context) -> {
                pieces.incrementAndGet();
                context.streamingHandle().cancel();
              })
          .onCompleteResponse(end::complete)
          .onError(end::completeExceptionally)
          .start();
      GenerationResult result = watched.ends.poll(30, TimeUnit.SECONDS);
      assertThat(result.finishReason()).isEqualTo(io.l2s.FinishReason.CANCELLED);
      assertThat(pieces).hasValue(1);
      assertThat(end).isNotDone();
    } finally {
      watched.minNewTokens = 0;
    }
  }

  @Test
  void parametersReachTheModel() {
    model.chat(
        ChatRequest.builder()
            .messages(UserMessage.from(SOURCE))
            .temperature(0.7)
            .topP(0.9)
            .topK(5)
            .maxOutputTokens(3)
            .stopSequences(List.of("x"))
            .presencePenalty(0.5)
            .frequencyPenalty(0.25)
            .build());

    GenerationRequest request = watched.last.get();
    assertThat(request.maxNewTokens()).hasValue(3);
    assertThat(request.options().sampling()).get().hasFieldOrPropertyWithValue("temperature", 0.7);
    assertThat(request.options().sampling()).get().hasFieldOrPropertyWithValue("topP", 0.9);
    assertThat(request.options().sampling()).get().hasFieldOrPropertyWithValue("topK", 5);
    assertThat(request.options().constraints().stop()).containsExactly("x");
    assertThat(request.options().penalties().presencePenalty()).isEqualTo(0.5);
    assertThat(request.options().penalties().frequencyPenalty()).isEqualTo(0.25);
  }

  @Test
  void whatTheModelCannotDoIsRefusedByName() {
    Translator withTools =
        AiServices.builder(Translator.class).chatModel(model).tools(new Clock()).build();
    assertThatThrownBy(() -> withTools.translate(SOURCE))
        .isInstanceOf(UnsupportedFeatureException.class)
        .hasMessageContaining("toolSpecifications");
    UserMessage text = UserMessage.from(SOURCE);
    assertThatThrownBy(
            () ->
                model.chat(
                    ChatRequest.builder()
                        .messages(text)
                        .responseFormat(ResponseFormat.JSON)
                        .build()))
        .isInstanceOf(UnsupportedFeatureException.class)
        .hasMessageContaining("responseFormat JSON");
    assertThatThrownBy(
            () -> model.chat(ChatRequest.builder().messages(text).modelName("gpt-4").build()))
        .isInstanceOf(UnsupportedFeatureException.class)
        .hasMessageContaining("modelName gpt-4");
    assertThatThrownBy(() -> model.chat(UserMessage.from(ImageContent.from("http://a/b.png"))))
        .isInstanceOf(UnsupportedFeatureException.class)
        .hasMessageContaining("IMAGE");
    assertThatThrownBy(
            () -> model.chat(ChatRequest.builder().messages(text).temperature(-1.0).build()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("temperature");
  }

  @Test
  void aFullQueueIsLangChain4jsRateLimit() {
    watched.refusal = new QueueFullException(4);
    watched.refusal.setModel("en");
    try {
      assertThatThrownBy(() -> model.chat(SOURCE))
          .isInstanceOf(RateLimitException.class)
          .hasMessageEndingWith("raise l2s.models.en.queue.capacity");
    } finally {
      watched.refusal = null;
    }
  }

  @Test
  void aFullQueueReachesTheHandlerOfAStream() throws Exception {
    watched.refusal = new QueueFullException(4);
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    try {
      AiServices.create(StreamingTranslator.class, streaming)
          .translate(SOURCE)
          .onPartialResponse(piece -> {})
          .onError(failure::complete)
          .start();
      assertThat(failure.get()).isInstanceOf(RateLimitException.class);
    } finally {
      watched.refusal = null;
    }
  }

  static class Clock {
    @Tool
    String time() {
      return "noon";
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Application {

    @Bean
    Watched watched() {
      return new Watched();
    }
  }

  /** Keeps the last request and the ends, refuses, or makes answers long. */
  static final class Watched implements HybridLanguageModelDecorator {

    final AtomicReference<GenerationRequest> last = new AtomicReference<>();
    final BlockingQueue<GenerationResult> ends = new LinkedBlockingQueue<>();
    volatile L2sException refusal;
    volatile int minNewTokens;

    @Override
    public HybridLanguageModel decorate(HybridLanguageModel model, ModelDescription description) {
      return new DelegatingHybridLanguageModel(model) {
        @Override
        public GenerationHandle submit(GenerationRequest request, GenerationListener listener) {
          last.set(request);
          if (refusal != null) {
            throw refusal;
          }
          if (minNewTokens == 0) {
            return model.submit(request, listener);
          }
          return model.submit(
              request
                  .withOptions(request.options().toBuilder().minNewTokens(minNewTokens).build())
                  .withMaxNewTokens(minNewTokens),
              ending(listener));
        }
      };
    }

    private GenerationListener ending(GenerationListener listener) {
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
