package io.l2s.autoconfigure;

import io.l2s.serving.ResponsivenessListener;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Makes the application refuse traffic while a model does not respond, and once its weights have
 * changed. It does nothing once the application begins to shut down, as that refuses traffic
 * anyway, and it leaves a refusal alone that came from elsewhere. Thread-safe.
 */
final class ReadinessPublisher implements ResponsivenessListener {

  private final ConfigurableApplicationContext context;
  private int unresponsive;
  private boolean refused;

  ReadinessPublisher(ConfigurableApplicationContext context) {
    this.context = context;
  }

  @Override
  public synchronized void onChange(boolean responsive) {
    unresponsive += responsive ? -1 : 1;
    if (!responsive && unresponsive == 1) {
      refused = !isRefusedByOthers();
      publish(ReadinessState.REFUSING_TRAFFIC);
    } else if (responsive && unresponsive == 0) {
      refused = refused && !isRefusedByOthers();
      publish(ReadinessState.ACCEPTING_TRAFFIC);
    }
  }

  private void publish(ReadinessState state) {
    // A context is active until all beans are destroyed, and closed as soon as closing begins.
    if (refused && context.isActive() && !context.isClosed()) {
      AvailabilityChangeEvent.publish(context, this, state);
    }
  }

  private boolean isRefusedByOthers() {
    if (!context.isActive()) {
      return false;
    }
    ApplicationAvailability availability =
        context.getBeanProvider(ApplicationAvailability.class).getIfAvailable();
    AvailabilityChangeEvent<ReadinessState> last =
        availability == null ? null : availability.getLastChangeEvent(ReadinessState.class);
    return last != null
        && last.getState() == ReadinessState.REFUSING_TRAFFIC
        && last.getSource() != this;
  }
}
