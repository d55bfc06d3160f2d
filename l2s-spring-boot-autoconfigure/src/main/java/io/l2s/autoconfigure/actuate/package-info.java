/** Spring Boot Actuator: the endpoint {@code l2s} and what it shares with health and info. */
@NullMarked
package io.l2s.autoconfigure.actuate;

import org.jspecify.annotations.NullMarked;
