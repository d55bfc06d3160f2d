package io.l2s.autoconfigure.web;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The properties {@code l2s.web.*}.
 *
 * @param problemDetails Whether refusals and failures of the model, and what Spring MVC and Tomcat
 *     refuse, become application/problem+json.
 * @param strictJson Whether the application's Jackson 2 or 3 refuses numbers and booleans where a
 *     text is wanted, numbers where a name is, texts and fractions where a whole number is, a field
 *     given twice, and anything after the end of the document.
 * @param allowedHosts Names in the Host header that requests may have, without port; any other is
 *     refused with 400. Empty allows every name.
 */
@ConfigurationProperties("l2s.web")
record L2sWebProperties(
    @DefaultValue("false") boolean problemDetails,
    @DefaultValue("false") boolean strictJson,
    @DefaultValue JsonBody jsonBody,
    @DefaultValue ClientLimit clientLimit,
    @DefaultValue List<String> allowedHosts) {

  /**
   * Bodies that are read before the application sees their requests, without a waiting thread.
   *
   * @param paths Path patterns, such as /api/**, that take JSON bodies and no others. Empty
   *     switches this off.
   * @param maxSize Largest body, up to 1GB; larger ones are refused with 413.
   * @param timeout Time for the whole body, up to a day; slower ones are refused with 408.
   */
  record JsonBody(
      @DefaultValue List<String> paths,
      @DefaultValue("1MB") DataSize maxSize,
      @DefaultValue("10s") Duration timeout) {}

  /**
   * The requests of one client: the authenticated user, else the address that the server sees.
   *
   * @param paths Path patterns, such as /api/**, whose requests count. Empty switches this off.
   * @param maxRequests Most requests in progress of one client, streams among them; further ones
   *     are refused with 429.
   */
  record ClientLimit(@DefaultValue List<String> paths, @DefaultValue("8") int maxRequests) {}
}
