package io.l2s.springai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l2s.DelegatingHybridLanguageModel;
import io.l2s.FinishReason;
import io.l2s.GenerationHandle;
import io.l2s.GenerationListener;
import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.HybridLanguageModel;
import io.l2s.InvalidRequestException;
import io.l2s.L2sException;
import io.l2s.TextChunk;
import io.l2s.autoconfigure.HybridLanguageModelDecorator;
import io.l2s.autoconfigure.ModelDescription;
import io.l2s.test.FakeHybridLanguageModel;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Flux;

/**
 * The adapter on a small pair of real models, used by Spring AI's ChatClient. {@code
 * l2s-spring-ai2} runs this class with Spring AI 2.0, whose client takes options as builders. Both
 * lines take them in a {@link Prompt}.
 */
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
  @Autowired private Requests requests;

  private ChatClient client() {
    return ChatClient.create(model);
  }

  private String answer(ChatOptions options) {
    return client().prompt(new Prompt(new UserMessage(SOURCE), options)).call().content();
  }

  @Test
  void aChatClientGetsTheAnswer() {
    ChatResponse response =
        client().prompt().system("Be brief.").user(SOURCE).call().chatResponse();

    assertThat(response.getResult().getOutput().getText()).isEqualTo(ANSWER);
    assertThat(response.getResult().getMetadata().getFinishReason()).isEqualTo("STOP");
    assertThat(response.getMetadata().getUsage().getCompletionTokens()).isEqualTo(10);
    assertThat(response.getMetadata().<String>get("l2s.route")).isEqualTo("HYBRID");
    assertThat(response.getMetadata().<Integer>get("l2s.unread-messages")).isEqualTo(1);
  }

  @Test
  void aChatClientStreamsTheAnswer() {
    List<String> pieces = client().prompt().user(SOURCE).stream().content().collectList().block();

    assertThat(pieces).hasSizeGreaterThan(1);
    assertThat(String.join("", pieces)).isEqualTo(ANSWER);
    ChatResponse last = client().prompt().user(SOURCE).stream().chatResponse().blockLast();
    assertThat(last.getMetadata().getUsage().getCompletionTokens()).isEqualTo(10);
    assertThat(last.getResult().getMetadata().getFinishReason()).isEqualTo("STOP");
  }

  @Test
  void leavingAStreamStopsTheDecoding() throws Exception {
    requests.minNewTokens = 4_000;
    try {
      client().prompt().user(SOURCE).stream().content().blockFirst();
      assertThat(requests.cancelled.await(30, TimeUnit.SECONDS)).isTrue();
    } finally {
      requests.minNewTokens = 0;
    }
  }

  @Test
  void optionsReachTheModel() {
    answer(
        ChatOptions.builder()
            .temperature(0.7)
            .topP(0.9)
            .topK(5)
            .maxTokens(3)
            .stopSequences(List.of("x"))
            .presencePenalty(0.5)
            .frequencyPenalty(0.25)
            .build());

    GenerationRequest request = requests.last.get();
    assertThat(request.maxNewTokens()).hasValue(3);
    assertThat(request.options().sampling()).get().hasFieldOrPropertyWithValue("temperature", 0.7);
    assertThat(request.options().sampling()).get().hasFieldOrPropertyWithValue("topP", 0.9);
    assertThat(request.options().sampling()).get().hasFieldOrPropertyWithValue("topK", 5);
    assertThat(request.options().constraints().stop()).containsExactly("x");
    assertThat(request.options().penalties().presencePenalty()).isEqualTo(0.5);
    assertThat(request.options().penalties().frequencyPenalty()).isEqualTo(0.25);
  }

  @Test
  void temperatureZeroIsGreedy() {
    ChatOptions cold = ChatOptions.builder().temperature(0.0).topP(0.5).build();
    assertThat(answer(cold)).isEqualTo(ANSWER);
    assertThat(requests.last.get().options().sampling()).isEmpty();
  }

  @Test
  void whatTheModelCannotDoIsRefusedByName() {
    assertThatThrownBy(() -> client().prompt().user(SOURCE).tools(new Clock()).call().content())
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("tools must be left out");
    assertThatThrownBy(() -> answer(ChatOptions.builder().model("gpt-4").build()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("model must be left out");
    assertThatThrownBy(() -> answer(ChatOptions.builder().maxTokens(0).build()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("maxNewTokens must be between 1 and 4096");
  }

  @Test
  void aStreamThatIsRefusedIsRefusedToItsSubscriber() {
    Flux<ChatResponse> refused =
        model.stream(
            new Prompt(new UserMessage(SOURCE), ChatOptions.builder().model("gpt-4").build()));
    assertThatThrownBy(refused::blockLast)
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("model must be left out");
  }

  @Test
  void aGenerationIsObservedByTheClientAndTheModelAndNotOnceMore() {
    List<String> observed = new ArrayList<>();
    ObservationRegistry registry = ObservationRegistry.create();
    registry
        .observationConfig()
        .observationHandler(
            new ObservationHandler<>() {
              @Override
              public void onStart(Observation.Context context) {
                observed.add(context.getName());
              }

              @Override
              public boolean supportsContext(Observation.Context context) {
                return true;
              }
            });
    ChatClient.create(model, registry).prompt().user(SOURCE).call().content();
    assertThat(observed)
        .contains("spring.ai.chat.client")
        .doesNotContain("gen_ai.client.operation");
  }

  @Test
  void anotherLibraryIsChosenBySpringAisProperty() {
    new ApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(L2sSpringAiAutoConfiguration.class))
        .withBean(HybridLanguageModel.class, FakeHybridLanguageModel::new)
        .withPropertyValues("spring.ai.model.chat=openai")
        .run(context -> assertThat(context).doesNotHaveBean(ChatModel.class));
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
    Requests requests() {
      return new Requests();
    }
  }

  /** Keeps the last request, and makes answers long where a test wants it. */
  static final class Requests implements HybridLanguageModelDecorator {

    final AtomicReference<GenerationRequest> last = new AtomicReference<>();
    final CountDownLatch cancelled = new CountDownLatch(1);
    volatile int minNewTokens;

    @Override
    public HybridLanguageModel decorate(HybridLanguageModel model, ModelDescription description) {
      return new DelegatingHybridLanguageModel(model) {
        @Override
        public GenerationHandle submit(GenerationRequest request, GenerationListener listener) {
          last.set(request);
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
          if (result.finishReason() == FinishReason.CANCELLED) {
            cancelled.countDown();
          }
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
