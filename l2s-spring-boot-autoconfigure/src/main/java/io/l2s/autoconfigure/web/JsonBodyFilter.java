package io.l2s.autoconfigure.web;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextAware;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.server.PathContainer;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.ServletRequestPathUtils;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * Reads JSON bodies before the application sees their requests: without a thread that waits, within
 * a size and a total time. So senders that are slow, however many, keep nobody else waiting.
 *
 * <p>It refuses other content types and charsets with 415, larger bodies with 413, slower ones with
 * 408, and bytes that are no UTF-8 with 400. When the application context closes, bodies that are
 * not complete are refused with 503.
 *
 * <p>A request whose stream takes no listener, such as one of MockMvc, is read on its own thread
 * and without the total time.
 */
public final class JsonBodyFilter extends OncePerRequestFilter
    implements ApplicationListener<ContextClosedEvent>, ApplicationContextAware, Ordered {

  private static final String BODY = JsonBodyFilter.class.getName() + ".BODY";
  private static final Set<String> METHODS_WITH_BODY = Set.of("POST", "PUT", "PATCH");

  private final Predicate<HttpServletRequest> applies;
  private final int maxBytes;
  private final Duration timeout;
  private final ProblemWriter problems;
  private final Set<BodyReader> reading = ConcurrentHashMap.newKeySet();
  private @Nullable ApplicationContext context;

  /**
   * @param applies the requests whose bodies it reads; all others pass through
   * @param limits of each body
   * @param problems writes the answer to a client whose body is refused
   */
  public JsonBodyFilter(
      Predicate<HttpServletRequest> applies, BodyLimits limits, ProblemWriter problems) {
    this.applies = applies;
    this.maxBytes = limits.maxBytes();
    this.timeout = limits.timeout();
    this.problems = problems;
  }

  /**
   * The requests whose path matches one of {@code patterns}, decoded. As in Spring MVC, a path
   * begins after the application's context path and the prefix of the servlet.
   */
  public static Predicate<HttpServletRequest> paths(Collection<String> patterns) {
    List<PathPattern> parsed =
        patterns.stream().map(PathPatternParser.defaultInstance::parse).toList();
    return request -> {
      PathContainer path = ServletRequestPathUtils.parse(request).pathWithinApplication();
      return parsed.stream().anyMatch(pattern -> pattern.matches(path));
    };
  }

  @Override
  public void setApplicationContext(ApplicationContext context) {
    this.context = context;
  }

  /** After filters that check who the client is. */
  @Override
  public int getOrder() {
    return LOWEST_PRECEDENCE - 100;
  }

  @Override
  protected boolean shouldNotFilterAsyncDispatch() {
    return false;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if (request.getAttribute(BODY) instanceof byte[] body) {
      chain.doFilter(new ReadRequest(request, body), response);
      return;
    }
    if (request.getDispatcherType() != DispatcherType.REQUEST
        || !applies.test(request)
        || !hasBody(request)) {
      chain.doFilter(request, response);
      return;
    }
    Optional<ProblemDetail> problem = JsonBodyRules.contentTypeProblem(request.getContentType());
    if (problem.isPresent()) {
      response.setHeader(HttpHeaders.ACCEPT, MediaType.APPLICATION_JSON_VALUE);
      problems.write(problem.get(), response);
    } else {
      read(request, response, chain);
    }
  }

  private void read(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    AsyncContext async = request.startAsync(request, response);
    async.setTimeout(timeout.toMillis());
    BodyReader reader = new BodyReader(this, async, request, maxBytes);
    reading.add(reader);
    async.addListener(reader);
    try {
      request.getInputStream().setReadListener(reader);
    } catch (UnsupportedOperationException refused) {
      reading.remove(reader);
      async.complete();
      readOnThisThread(request, response, chain);
    }
  }

  private void readOnThisThread(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    byte[] body = request.getInputStream().readNBytes(maxBytes);
    if (body.length == maxBytes && request.getInputStream().read() >= 0) {
      problems.write(tooLarge(), response);
      return;
    }
    Optional<ProblemDetail> problem = JsonBodyRules.bodyProblem(body);
    if (problem.isPresent()) {
      problems.write(problem.get(), response);
      return;
    }
    request.setAttribute(BODY, body);
    chain.doFilter(new ReadRequest(request, body), response);
  }

  /** Number of bodies that have begun and not ended. */
  int incomplete() {
    return reading.size();
  }

  /** The body is there: the application gets the request. */
  void complete(BodyReader reader, byte[] body) {
    reading.remove(reader);
    reader.async().getRequest().setAttribute(BODY, body);
    reader.async().dispatch();
  }

  /** The body will not come; maybe nobody is there to read the problem. */
  void refuse(BodyReader reader, ProblemDetail problem) {
    reading.remove(reader);
    try {
      if (reader.async().getResponse() instanceof HttpServletResponse response) {
        // The rest of the body stays unread, so the connection is of no further use.
        response.setHeader(HttpHeaders.CONNECTION, "close");
        problems.write(problem, response);
        // Else the container puts its own answer in place where the body itself is at fault.
        response.flushBuffer();
      }
    } catch (IOException e) {
      logger.debug("A client left before its request was refused", e);
    } finally {
      reader.async().complete();
    }
  }

  ProblemDetail tooLarge() {
    return GenerationProblems.ofField(
        HttpStatus.PAYLOAD_TOO_LARGE, "body", "at most " + maxBytes + " bytes long", "longer");
  }

  /** A failure while the body was read: the container's own limit of time, or malformed chunks. */
  ProblemDetail unreadable(@Nullable Throwable failure) {
    return failure instanceof SocketTimeoutException
        ? tooSlow()
        : GenerationProblems.ofField(
            HttpStatus.BAD_REQUEST,
            "body",
            "sent whole and in well-formed chunks",
            "cut short or malformed");
  }

  ProblemDetail tooSlow() {
    return GenerationProblems.ofField(
        HttpStatus.REQUEST_TIMEOUT,
        "body",
        "complete within " + timeout.toMillis() + " ms",
        "incomplete");
  }

  @Override
  public void onApplicationEvent(ContextClosedEvent event) {
    if (event.getApplicationContext() != context) {
      // A child context has closed, such as that of a management server.
      return;
    }
    for (BodyReader each : reading) {
      each.end(
          ProblemDetail.forStatusAndDetail(
              HttpStatus.SERVICE_UNAVAILABLE,
              "the application is closing and the body is not complete"));
    }
  }

  private static boolean hasBody(HttpServletRequest request) {
    long length = request.getContentLengthLong();
    return length > 0
        || length < 0
            && (request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null || isFramed(request));
  }

  /** HTTP/2 frames a body, so no header has to announce it. */
  private static boolean isFramed(HttpServletRequest request) {
    return request.getProtocol().startsWith("HTTP/2")
        && (request.getContentType() != null || METHODS_WITH_BODY.contains(request.getMethod()));
  }
}
