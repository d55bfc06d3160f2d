package io.l2s.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.GenerationHandle;
import io.l2s.GenerationListener;
import io.l2s.GenerationRequest;
import io.l2s.HybridLanguageModel;
import io.l2s.ModelUnresponsiveException;
import io.l2s.Route;
import io.l2s.ServingOptions;
import io.l2s.model.LlmEncoder;
import io.l2s.model.TokenBatch;
import io.l2s.model.TokenEmbedder;
import io.l2s.serving.ResponsivenessListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.availability.ApplicationAvailabilityBean;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.AvailabilityState;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.support.GenericApplicationContext;

class ReadinessPublisherTests {

  private final List<AvailabilityState> states = new ArrayList<>();
  private final GenericApplicationContext context = new GenericApplicationContext();
  private final ReadinessPublisher publisher = new ReadinessPublisher(context);

  private void start() {
    ApplicationListener<AvailabilityChangeEvent<?>> listener =
        event -> states.add(event.getState());
    context.addApplicationListener(listener);
    context.refresh();
  }

  @Test
  void aModelThatDoesNotRespondTakesTheApplicationOutOfTheTrafficUntilItDoes() {
    start();
    publisher.onChange(false);
    assertThat(states).containsExactly(ReadinessState.REFUSING_TRAFFIC);
    publisher.onChange(true);
    assertThat(states)
        .containsExactly(ReadinessState.REFUSING_TRAFFIC, ReadinessState.ACCEPTING_TRAFFIC);
  }

  @Test
  void anApplicationThatShutsDownIsNotPutBackIntoTheTraffic() {
    start();
    publisher.onChange(false);
    context.close();
    publisher.onChange(true);
    assertThat(states).containsExactly(ReadinessState.REFUSING_TRAFFIC);
  }

  @Test
  void anApplicationThatDrainsIsNotPutBackIntoTheTraffic() {
    start();
    publisher.onChange(false);
    ApplicationListener<ContextClosedEvent> drain = closing -> publisher.onChange(true);
    context.addApplicationListener(drain);
    context.close();
    assertThat(states).containsExactly(ReadinessState.REFUSING_TRAFFIC);
  }

  @Test
  void aRefusalOfTheApplicationIsNotUndone() {
    context.registerBean(ApplicationAvailabilityBean.class);
    start();
    AvailabilityChangeEvent.publish(context, ReadinessState.REFUSING_TRAFFIC);
    publisher.onChange(false);
    publisher.onChange(true);
    assertThat(states).containsExactly(ReadinessState.REFUSING_TRAFFIC);
  }

  @Test
  void aRefusalThatCameMeanwhileIsNotUndone() {
    context.registerBean(ApplicationAvailabilityBean.class);
    start();
    AvailabilityChangeEvent.publish(context, ReadinessState.ACCEPTING_TRAFFIC);
    publisher.onChange(false);
    AvailabilityChangeEvent.publish(context, ReadinessState.REFUSING_TRAFFIC);
    publisher.onChange(true);
    assertThat(states)
        .containsExactly(
            ReadinessState.ACCEPTING_TRAFFIC,
            ReadinessState.REFUSING_TRAFFIC,
            ReadinessState.REFUSING_TRAFFIC);
  }

  @Test
  void withTwoModelsBothMustRespond() {
    start();
    publisher.onChange(false);
    publisher.onChange(false);
    publisher.onChange(true);
    assertThat(states).containsExactly(ReadinessState.REFUSING_TRAFFIC);
    publisher.onChange(true);
    assertThat(states)
        .containsExactly(ReadinessState.REFUSING_TRAFFIC, ReadinessState.ACCEPTING_TRAFFIC);
  }

  @Test
  @Timeout(60)
  void aHungCallOfTheAutoConfiguredModelIsPublishedAndSoIsItsReturn() {
    CountDownLatch returns = new CountDownLatch(1);
    BlockingQueue<AvailabilityState> published = new LinkedBlockingQueue<>();
    ApplicationListener<AvailabilityChangeEvent<?>> listener =
        event -> published.add(event.getState());
    Models.WITH_PARTS
        .withPropertyValues("l2s.native-call-limit=200ms", "l2s.warm-up=false")
        .withInitializer(each -> each.addApplicationListener(listener))
        .withBean(LlmEncoder.class, () -> new HangingEncoder(returns))
        .run(
            context -> {
              HybridLanguageModel model = context.getBean(HybridLanguageModel.class);
              assertThatThrownBy(() -> model.generate("hangs"))
                  .isInstanceOf(ModelUnresponsiveException.class)
                  .hasMessageContaining("nativeCallLimit");
              assertThat(published.take()).isEqualTo(ReadinessState.REFUSING_TRAFFIC);
              returns.countDown();
              assertThat(published.take()).isEqualTo(ReadinessState.ACCEPTING_TRAFFIC);
            });
  }

  @Test
  void aReloadOfAModelThatDoesNotRespondTakesTheApplicationBackIntoTheTraffic() {
    start();
    List<ResponsivenessListener> loads = new ArrayList<>();
    ServedModel served = served(loads);
    loads.get(0).onChange(false);
    assertThat(states).containsExactly(ReadinessState.REFUSING_TRAFFIC);
    assertThat(served.state()).isEqualTo(ServedModel.State.UNRESPONSIVE);

    served.reload();
    assertThat(states)
        .containsExactly(ReadinessState.REFUSING_TRAFFIC, ReadinessState.ACCEPTING_TRAFFIC);
    assertThat(served.state()).isEqualTo(ServedModel.State.READY);

    loads.get(0).onChange(true);
    loads.get(1).onChange(false);
    assertThat(states).as("the new weights are watched").hasSize(3);
    assertThat(served.state()).isEqualTo(ServedModel.State.UNRESPONSIVE);
    loads.get(0).onChange(true);
    assertThat(states).as("the former weights count no more").hasSize(3);
    assertThat(served.state()).isEqualTo(ServedModel.State.UNRESPONSIVE);
  }

  @Test
  void closingAModelThatDoesNotRespondTakesTheApplicationBackIntoTheTraffic() {
    start();
    List<ResponsivenessListener> loads = new ArrayList<>();
    ServedModel served = served(loads);
    loads.get(0).onChange(false);
    served.close();
    assertThat(states)
        .containsExactly(ReadinessState.REFUSING_TRAFFIC, ReadinessState.ACCEPTING_TRAFFIC);
    assertThat(served.state()).isEqualTo(ServedModel.State.CLOSED);
  }

  /** A started model; {@code loads} receives the listener of each load. */
  private ServedModel served(List<ResponsivenessListener> loads) {
    ModelSource source =
        (options, responsiveness) -> {
          loads.add(responsiveness);
          return new LoadedModel(
              new IdleModel(), Optional.empty(), Map.of(), "", () -> {}, () -> {});
        };
    ServedModel served =
        new ServedModel(
            new ModelSettings("idle", ServingOptions.STANDARD, true, false, List.of(), false),
            source,
            publisher,
            false,
            (model, clean) -> {});
    served.start(source, List.of());
    return served;
  }

  /** Takes no requests. */
  private static final class IdleModel implements HybridLanguageModel {

    @Override
    public Set<Route> routes() {
      return Set.of(Route.LLM_ONLY);
    }

    @Override
    public GenerationHandle submit(GenerationRequest request, GenerationListener listener) {
      throw new UnsupportedOperationException("no test submits a request");
    }

    @Override
    public void close() {}
  }

  @Test
  void eachLoadIsWatchedUntilItEnds() {
    start();
    Watch first = new Watch(publisher);
    Watch second = new Watch(publisher);
    first.onChange(false);
    second.onChange(false);
    first.end();
    assertThat(states).containsExactly(ReadinessState.REFUSING_TRAFFIC);
    first.onChange(true);
    assertThat(first.isDown()).isFalse();
    assertThat(states).as("it was counted once").containsExactly(ReadinessState.REFUSING_TRAFFIC);
    second.onChange(true);
    assertThat(states)
        .containsExactly(ReadinessState.REFUSING_TRAFFIC, ReadinessState.ACCEPTING_TRAFFIC);
  }

  @Test
  void aLostGpuIsNotForgottenWhenACallReturns() {
    start();
    Watch watch = new Watch(publisher);
    watch.onChange(false);
    watch.loseGpu();
    watch.onChange(true);
    assertThat(states).containsExactly(ReadinessState.REFUSING_TRAFFIC);
    watch.end();
    assertThat(states)
        .containsExactly(ReadinessState.REFUSING_TRAFFIC, ReadinessState.ACCEPTING_TRAFFIC);
  }

  /** Does not come back before it is told to, and fails then. */
  private record HangingEncoder(CountDownLatch returns) implements LlmEncoder {

    @Override
    public int width() {
      return 96;
    }

    @Override
    public TokenEmbedder embeddings() {
      throw new UnsupportedOperationException("it hangs before");
    }

    @Override
    public NDArray encode(NDManager scope, TokenBatch prompts) {
      try {
        returns.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      throw new IllegalStateException("it hung");
    }
  }
}
