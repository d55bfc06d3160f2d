package io.l2s.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.AvailabilityState;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ApplicationListener;
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
}
