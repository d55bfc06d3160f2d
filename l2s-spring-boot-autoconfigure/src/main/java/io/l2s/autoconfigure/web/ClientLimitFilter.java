package io.l2s.autoconfigure.web;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.Principal;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Bounds the requests that one client has in progress, streams among them, so that no client takes
 * the whole queue. Further ones are refused with 429. A client is the user whom a filter before
 * this one has authenticated, else the address that the server sees.
 */
public final class ClientLimitFilter extends OncePerRequestFilter implements Ordered {

  private final Predicate<HttpServletRequest> applies;
  private final int most;
  private final ProblemWriter problems;
  private final Map<String, Integer> inProgress = new ConcurrentHashMap<>();

  /**
   * @param applies the requests that count; all others pass through
   * @param most requests in progress of one client, at least 1
   * @param problems writes the answer to a request that is refused
   */
  public ClientLimitFilter(
      Predicate<HttpServletRequest> applies, int most, ProblemWriter problems) {
    if (most < 1) {
      throw new IllegalArgumentException("most must be at least 1, but was " + most);
    }
    this.applies = applies;
    this.most = most;
    this.problems = problems;
  }

  /** After filters that check who the client is, before the one that reads bodies. */
  @Override
  public int getOrder() {
    return LOWEST_PRECEDENCE - 110;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if (!applies.test(request)) {
      chain.doFilter(request, response);
      return;
    }
    String client = client(request);
    if (!enter(client)) {
      response.setHeader(HttpHeaders.RETRY_AFTER, GenerationProblems.RETRY_AFTER_SECONDS);
      problems.write(refusal(), response);
      return;
    }
    Leaving leaving = new Leaving(client);
    try {
      chain.doFilter(request, response);
    } finally {
      if (request.isAsyncStarted()) {
        request.getAsyncContext().addListener(leaving);
      } else {
        leaving.leave();
      }
    }
  }

  private ProblemDetail refusal() {
    String bound = "at most " + most + (most == 1 ? " request" : " requests") + " in progress";
    ProblemDetail problem =
        GenerationProblems.ofField(HttpStatus.TOO_MANY_REQUESTS, "client", bound, "more");
    problem.setDetail(
        "a client may have %s; wait until one ends and try again after %s s (Retry-After)"
            .formatted(bound, GenerationProblems.RETRY_AFTER_SECONDS));
    return problem;
  }

  /** Forwarded headers count only where the container or a filter before this one reads them. */
  private static String client(HttpServletRequest request) {
    Principal user = request.getUserPrincipal();
    return user == null ? "address " + request.getRemoteAddr() : "user " + user.getName();
  }

  private boolean enter(String client) {
    AtomicBoolean entered = new AtomicBoolean();
    inProgress.compute(
        client,
        (name, before) -> {
          int now = before == null ? 0 : before;
          entered.set(now < most);
          return entered.get() ? now + 1 : now;
        });
    return entered.get();
  }

  /** The number of clients with requests in progress. */
  int clients() {
    return inProgress.size();
  }

  /** Counts a request out when the container has finished it. */
  private final class Leaving implements AsyncListener {

    private final String client;
    private final AtomicBoolean left = new AtomicBoolean();

    Leaving(String client) {
      this.client = client;
    }

    void leave() {
      if (left.compareAndSet(false, true)) {
        inProgress.computeIfPresent(client, (name, now) -> now == 1 ? null : now - 1);
      }
    }

    @Override
    public void onComplete(AsyncEvent event) {
      leave();
    }

    @Override
    public void onTimeout(AsyncEvent event) {}

    @Override
    public void onError(AsyncEvent event) {}

    /** A dispatch began another asynchronous phase, which forgets listeners. */
    @Override
    public void onStartAsync(AsyncEvent event) {
      event.getAsyncContext().addListener(this);
    }
  }
}
