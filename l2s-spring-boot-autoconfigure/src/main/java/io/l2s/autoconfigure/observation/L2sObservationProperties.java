package io.l2s.autoconfigure.observation;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties {@code l2s.observations.*}.
 *
 * @param includePrompt Whether spans carry the text of the prompt, which may be private.
 */
@ConfigurationProperties("l2s.observations")
record L2sObservationProperties(@DefaultValue("false") boolean includePrompt) {}
