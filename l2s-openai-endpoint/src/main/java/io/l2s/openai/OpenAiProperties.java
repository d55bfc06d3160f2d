package io.l2s.openai;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.unit.DataSize;

/**
 * The properties {@code l2s.openai.*}.
 *
 * @param enabled Whether to serve the application's models at /v1/chat/completions, /v1/completions
 *     and /v1/models.
 * @param modelName Name of the model for clients where there is only one. Defaults to its own name,
 *     else that of its bean.
 * @param maxBodySize Largest request body, up to 1GB; larger ones are refused with 413.
 * @param bodyTimeout Time for the whole request body, up to a day; slower ones are refused with
 *     408.
 * @param maxRequestsPerClient Most requests in progress of one client, streams among them: the
 *     authenticated user, else the address that the server sees. Further ones are refused with 429.
 *     0 for no limit.
 */
@ConfigurationProperties("l2s.openai")
record OpenAiProperties(
    @DefaultValue("false") boolean enabled,
    String modelName,
    @DefaultValue("1MB") DataSize maxBodySize,
    @DefaultValue("10s") Duration bodyTimeout,
    @DefaultValue("0") int maxRequestsPerClient) {

  OpenAiProperties {
    if (maxRequestsPerClient < 0) {
      throw new InvalidConfigurationPropertyValueException(
          "l2s.openai.max-requests-per-client",
          maxRequestsPerClient,
          "It must be at least 1, or 0 for no limit.");
    }
  }
}
