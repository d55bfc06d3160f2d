/** The circuit breaker around the SLM, where resilience4j's Spring Boot module is there. */
package io.l2s.autoconfigure.resilience;
