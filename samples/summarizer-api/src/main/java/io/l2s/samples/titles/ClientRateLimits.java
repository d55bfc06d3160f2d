package io.l2s.samples.titles;

import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.github.resilience4j.ratelimiter.RateLimiterRegistry;
import io.github.resilience4j.ratelimiter.internal.AtomicRateLimiter;
import jakarta.servlet.http.HttpServletRequest;
import java.security.Principal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * Bounds the titles of one client per period, by the settings {@code
 * resilience4j.ratelimiter.configs.titles}. A client is the authenticated user, else the address
 * that the server sees. Thread-safe.
 */
@Component
class ClientRateLimits {

  /** Most clients to remember; the one whose last request is oldest is forgotten first. */
  private static final int MOST_CLIENTS = 10_000;

  private final RateLimiterConfig config;
  private final Map<String, AtomicRateLimiter> limiters =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, AtomicRateLimiter> eldest) {
          return size() > MOST_CLIENTS;
        }
      };

  ClientRateLimits(RateLimiterRegistry registry) {
    config =
        registry
            .getConfiguration("titles")
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "resilience4j.ratelimiter.configs.titles is missing; set its"
                            + " limit-for-period and limit-refresh-period"));
  }

  /** The most titles that a client can get at once. */
  int most() {
    return config.getLimitForPeriod();
  }

  /**
   * Counts {@code titles} for the client of {@code request}.
   *
   * @throws TooManyTitlesException if that is more than the client has left
   */
  void take(HttpServletRequest request, int titles) {
    AtomicRateLimiter limiter;
    synchronized (limiters) {
      limiter =
          limiters.computeIfAbsent(client(request), name -> new AtomicRateLimiter(name, config));
    }
    if (!limiter.acquirePermission(titles)) {
      throw new TooManyTitlesException(
          most(), config.getLimitRefreshPeriod(), untilNextPeriod(limiter));
    }
  }

  private Duration untilNextPeriod(AtomicRateLimiter limiter) {
    long wait = limiter.getDetailedMetrics().getNanosToWait();
    // The limiter reports no wait while any title is left, even if that is not enough.
    return wait > 0 ? Duration.ofNanos(wait) : config.getLimitRefreshPeriod();
  }

  private static String client(HttpServletRequest request) {
    Principal user = request.getUserPrincipal();
    return user == null ? "address " + request.getRemoteAddr() : "user " + user.getName();
  }
}
