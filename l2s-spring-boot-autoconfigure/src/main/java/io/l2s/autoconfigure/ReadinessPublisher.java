package io.l2s.autoconfigure;

import io.l2s.serving.ResponsivenessListener;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Takes the application out of the traffic while the model does not respond; says nothing once the
 * application shuts down, which refuses traffic by itself.
 */
record ReadinessPublisher(ConfigurableApplicationContext context)
    implements ResponsivenessListener {

  @Override
  public void onChange(boolean responsive) {
    if (context.isActive()) {
      AvailabilityChangeEvent.publish(
          context, responsive ? ReadinessState.ACCEPTING_TRAFFIC : ReadinessState.REFUSING_TRAFFIC);
    }
  }
}
