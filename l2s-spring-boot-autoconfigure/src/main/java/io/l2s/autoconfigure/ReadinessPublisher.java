package io.l2s.autoconfigure;

import io.l2s.serving.ResponsivenessListener;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Takes the application out of the traffic while the model does not respond; says nothing once the
 * application begins to shut down, which refuses traffic by itself.
 */
record ReadinessPublisher(ConfigurableApplicationContext context)
    implements ResponsivenessListener {

  @Override
  public void onChange(boolean responsive) {
    // Active lasts until all beans are destroyed, closed begins when the closing does.
    if (context.isActive() && !context.isClosed()) {
      AvailabilityChangeEvent.publish(
          context, responsive ? ReadinessState.ACCEPTING_TRAFFIC : ReadinessState.REFUSING_TRAFFIC);
    }
  }
}
