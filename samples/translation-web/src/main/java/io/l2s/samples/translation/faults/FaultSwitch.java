package io.l2s.samples.translation.faults;

import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/** The faults of now; thread-safe. */
@Component
@Profile("dev")
class FaultSwitch {

  private volatile Faults faults = Faults.NONE;

  Faults faults() {
    return faults;
  }

  void set(Faults faults) {
    this.faults = faults;
  }
}
