/** Resilience auto-configuration puts resilience4j's circuit breakers around the model. */
@NullMarked
package io.l2s.autoconfigure.resilience;

import org.jspecify.annotations.NullMarked;
