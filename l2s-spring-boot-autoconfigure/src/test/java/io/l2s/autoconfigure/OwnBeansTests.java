package io.l2s.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.Bundle;
import io.l2s.GenerationHandle;
import io.l2s.GenerationListener;
import io.l2s.GenerationRequest;
import io.l2s.HybridLanguageModel;
import io.l2s.Route;
import io.l2s.assembly.BundleReader;
import io.l2s.assembly.ModelLoader;
import io.l2s.autoconfigure.Models.Answer;
import io.l2s.engine.NativeRuntime;
import io.l2s.model.DecoderState;
import io.l2s.model.LlmDecoder;
import io.l2s.model.LlmEncoder;
import io.l2s.model.SlmDecoder;
import io.l2s.model.TokenBatch;
import io.l2s.model.TokenEmbedder;
import io.l2s.projector.Projector;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.DestructionAwareBeanPostProcessor;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

/** An application's own beans replace the auto-configured ones, and answers are made by them. */
class OwnBeansTests {

  private static final ApplicationContextRunner RUNNER =
      Models.WITH_PARTS.withPropertyValues("l2s.warm-up=false");

  @Test
  void ownEncoderReadsThePrompts() {
    RUNNER
        .withUserConfiguration(OwnEncoder.class)
        .run(
            context -> {
              assertThat(context).hasSingleBean(LlmEncoder.class);
              assertAnswersAsTheReference(context);
              assertThat(context.getBean(CountingEncoder.class).calls).hasPositiveValue();
            });
  }

  @Test
  void ownProjectorNeedsNoLocation() {
    Models.RUNNER
        .withPropertyValues(
            "l2s.llm.location=" + Models.LLM,
            "l2s.llm.precision=f32",
            "l2s.slm.location=" + Models.SLM,
            "l2s.slm.precision=f32",
            "l2s.warm-up=false")
        .withUserConfiguration(OwnProjector.class)
        .run(
            context -> {
              assertThat(context).hasSingleBean(Projector.class);
              assertAnswersAsTheReference(context);
              assertThat(context.getBean(CountingProjector.class).calls).hasPositiveValue();
            });
  }

  @Test
  void ownDecoderIsTheSlm() {
    RUNNER
        .withUserConfiguration(OwnSlm.class)
        .run(
            context -> {
              assertThat(context).hasSingleBean(SlmDecoder.class);
              assertAnswersAsTheReference(context);
              assertThat(context.getBean(CountingDecoder.class).calls).hasPositiveValue();
            });
  }

  @Test
  void ownBundleBringsItsSlm() {
    Models.RUNNER
        .withPropertyValues("l2s.llm.precision=f32", "l2s.slm.precision=f32", "l2s.warm-up=false")
        .withUserConfiguration(OwnBundle.class)
        .run(
            context -> {
              assertThat(context.getBean(HybridLanguageModel.class).routes())
                  .contains(Route.HYBRID);
              assertAnswersAsTheReference(context);
            });
  }

  @Test
  void ownModelNeedsNoConfigurationAndStartsNoNativeCode() {
    Models.RUNNER
        .withUserConfiguration(OwnModel.class)
        .run(
            context -> {
              assertThat(context.getBean(HybridLanguageModel.class)).isInstanceOf(EchoModel.class);
              assertThat(context.getBeanFactory().containsSingleton("l2sNativeRuntime")).isFalse();
            });
  }

  @Test
  void nothingIsConfiguredWhereL2sIsSwitchedOff() {
    Models.RUNNER
        .withPropertyValues("l2s.enabled=false")
        .run(
            context ->
                assertThat(context).hasNotFailed().doesNotHaveBean(HybridLanguageModel.class));
  }

  @Test
  void ownDecoratorsApplyFromTheInsideOut() {
    RUNNER
        .withUserConfiguration(OwnDecorators.class)
        .run(
            context -> {
              HybridLanguageModel model = context.getBean(HybridLanguageModel.class);
              assertThat(model).isInstanceOf(Layer.class);
              assertThat(((Layer) model).name()).isEqualTo("outer");
              assertThat(((Layer) ((Layer) model).inner()).name()).isEqualTo("inner");
            });
  }

  @Test
  void theModelClosesBeforeItsPartsAndTheRuntimeLast() {
    List<String> closed = new CopyOnWriteArrayList<>();
    RUNNER
        .withBean(
            HybridLanguageModelDecorator.class,
            () -> (model, description) -> new ClosingModel(model, () -> closed.add("model")))
        .withBean(ClosingParts.class, () -> new ClosingParts(closed))
        .run(context -> assertThat(context).hasNotFailed());
    // Closed at the end of the drain and, as any bean, once more.
    assertThat(closed).startsWith("model", "model").endsWith("l2sNativeRuntime");
    assertThat(closed.subList(2, closed.size() - 1))
        .containsExactlyInAnyOrder("l2sEncoder", "l2sProjector", "l2sSlm");
  }

  private static void assertAnswersAsTheReference(BeanFactory context) {
    Answer expected = Models.answers(Models.BUNDLE).get(0);
    assertThat(
            context
                .getBean(HybridLanguageModel.class)
                .generate(
                    GenerationRequest.of(expected.prompt())
                        .withMaxNewTokens(expected.maxNewTokens()))
                .ids())
        .isEqualTo(expected.ids());
  }

  @Configuration(proxyBeanMethods = false)
  static class OwnEncoder {
    @Bean
    CountingEncoder encoder(ModelLoader loader) {
      return new CountingEncoder(loader.loadLlm(Models.LLM, Models.F32));
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class OwnProjector {
    @Bean
    CountingProjector projector(ModelLoader loader) {
      return new CountingProjector(loader.loadProjector(Models.PROJECTOR, Models.F32));
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class OwnSlm {
    @Bean
    CountingDecoder slm(ModelLoader loader) {
      return new CountingDecoder(loader.loadSlm(Models.SLM, Models.F32));
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class OwnBundle {
    @Bean
    Bundle bundle() {
      return BundleReader.open(Models.BUNDLE);
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class OwnModel {
    @Bean
    HybridLanguageModel model() {
      return new EchoModel();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class OwnDecorators {
    @Bean
    @Order(2)
    HybridLanguageModelDecorator outer() {
      return (model, description) -> new Layer("outer", model);
    }

    @Bean
    @Order(1)
    HybridLanguageModelDecorator inner() {
      return (model, description) -> new Layer("inner", model);
    }
  }

  static final class CountingEncoder implements LlmEncoder {
    final AtomicInteger calls = new AtomicInteger();
    private final LlmEncoder delegate;

    CountingEncoder(LlmEncoder delegate) {
      this.delegate = delegate;
    }

    @Override
    public int width() {
      return delegate.width();
    }

    @Override
    public TokenEmbedder embeddings() {
      return delegate.embeddings();
    }

    @Override
    public NDArray encode(NDManager scope, TokenBatch prompts) {
      calls.incrementAndGet();
      return delegate.encode(scope, prompts);
    }

    @Override
    public Optional<LlmDecoder> decoder() {
      return delegate.decoder();
    }

    @Override
    public void close() {
      delegate.close();
    }
  }

  static final class CountingProjector implements Projector {
    final AtomicInteger calls = new AtomicInteger();
    private final Projector delegate;

    CountingProjector(Projector delegate) {
      this.delegate = delegate;
    }

    @Override
    public int inputWidth() {
      return delegate.inputWidth();
    }

    @Override
    public int outputWidth() {
      return delegate.outputWidth();
    }

    @Override
    public NDArray project(NDManager scope, NDArray features) {
      calls.incrementAndGet();
      return delegate.project(scope, features);
    }

    @Override
    public void close() {
      delegate.close();
    }
  }

  static final class CountingDecoder implements SlmDecoder {
    final AtomicInteger calls = new AtomicInteger();
    private final SlmDecoder delegate;

    CountingDecoder(SlmDecoder delegate) {
      this.delegate = delegate;
    }

    @Override
    public int vocabularySize() {
      return delegate.vocabularySize();
    }

    @Override
    public TokenEmbedder embeddings() {
      return delegate.embeddings();
    }

    @Override
    public DecoderState prefill(NDArray inputs, int[] lengths) {
      calls.incrementAndGet();
      return delegate.prefill(inputs, lengths);
    }

    @Override
    public void close() {
      delegate.close();
    }
  }

  /** Notes when each part is closed. */
  record ClosingParts(List<String> closed) implements DestructionAwareBeanPostProcessor {
    @Override
    public void postProcessBeforeDestruction(Object bean, String name) {
      closed.add(name);
    }

    @Override
    public boolean requiresDestruction(Object bean) {
      return bean instanceof LlmEncoder
          || bean instanceof Projector
          || bean instanceof SlmDecoder
          || bean instanceof NativeRuntime;
    }
  }

  record ClosingModel(HybridLanguageModel inner, Runnable onClose) implements HybridLanguageModel {
    @Override
    public Set<Route> routes() {
      return inner.routes();
    }

    @Override
    public GenerationHandle submit(GenerationRequest request, GenerationListener listener) {
      return inner.submit(request, listener);
    }

    @Override
    public void close() {
      onClose.run();
      inner.close();
    }
  }

  record Layer(String name, HybridLanguageModel inner) implements HybridLanguageModel {
    @Override
    public Set<Route> routes() {
      return inner.routes();
    }

    @Override
    public GenerationHandle submit(GenerationRequest request, GenerationListener listener) {
      return inner.submit(request, listener);
    }

    @Override
    public void close() {
      inner.close();
    }
  }

  static final class EchoModel implements HybridLanguageModel {
    @Override
    public Set<Route> routes() {
      return Set.of();
    }

    @Override
    public GenerationHandle submit(GenerationRequest request, GenerationListener listener) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }
}
