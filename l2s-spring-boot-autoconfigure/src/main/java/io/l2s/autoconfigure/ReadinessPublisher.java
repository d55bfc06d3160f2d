package io.l2s.autoconfigure;

import io.l2s.serving.ResponsivenessListener;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Makes the application refuse traffic while the model does not respond, and once its weights have
 * changed. It does nothing once the application begins to shut down, as that refuses traffic
 * anyway.
 */
record ReadinessPublisher(ConfigurableApplicationContext context)
    implements ResponsivenessListener {

  @Override
  public void onChange(boolean responsive) {
    // A context is active until all beans are destroyed, and closed as soon as closing begins.
    if (context.isActive() && !context.isClosed()) {
      AvailabilityChangeEvent.publish(
          context, responsive ? ReadinessState.ACCEPTING_TRAFFIC : ReadinessState.REFUSING_TRAFFIC);
    }
  }
}
