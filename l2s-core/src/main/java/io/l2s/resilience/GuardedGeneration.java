package io.l2s.resilience;

import io.l2s.Degradation;
import io.l2s.Degradation.Attempt;
import io.l2s.Degradation.Cause;
import io.l2s.GenerationFailedException;
import io.l2s.GenerationFailedException.Component;
import io.l2s.GenerationHandle;
import io.l2s.GenerationListener;
import io.l2s.GenerationOptions;
import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.HybridLanguageModel;
import io.l2s.L2sException;
import io.l2s.NoRouteAvailableException;
import io.l2s.Route;
import io.l2s.TextChunk;
import io.l2s.resilience.Guards.Admission;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One request that tries one route after the other until one of them answers. Each route is tried
 * once at most, and none after the first chunk.
 */
final class GuardedGeneration implements GenerationHandle {

  private static final Duration SHORTEST = Duration.ofNanos(1);

  private final HybridLanguageModel delegate;
  private final Guards guards;
  private final GenerationRequest request;
  private final GenerationListener listener;
  private final FallbackLog log;
  private final LongSupplier nanoTime;
  private final long submitted;
  private final AtomicReference<@Nullable GenerationHandle> running = new AtomicReference<>();
  private volatile boolean cancelled;

  // Not volatile: events come one after the other, and each sees the writes of those before.
  private final Deque<Route> routes;
  private final List<Attempt> attempts = new ArrayList<>();
  private final List<L2sException> failures = new ArrayList<>();
  private final Set<Component> broken = EnumSet.noneOf(Component.class);
  private Duration before = Duration.ZERO;

  /**
   * @param routes the requested route and those that may answer in its place, in their order
   */
  GuardedGeneration(
      HybridLanguageModel delegate,
      Guards guards,
      List<Route> routes,
      GenerationRequest request,
      GenerationListener listener,
      FallbackLog log,
      LongSupplier nanoTime) {
    this.delegate = delegate;
    this.guards = guards;
    this.routes = new ArrayDeque<>(routes);
    this.request = request;
    this.listener = listener;
    this.log = log;
    this.nanoTime = nanoTime;
    this.submitted = nanoTime.getAsLong();
  }

  /**
   * Submits the request to the first route that its breakers permit. If the delegate refuses it,
   * the permissions are returned and the refusal thrown.
   *
   * @throws NoRouteAvailableException if the breakers permit no route
   */
  void start() {
    Attempting first = next();
    if (first == null) {
      throw refused();
    }
    GenerationHandle handle;
    try {
      handle = delegate.submit(first.request(), first);
    } catch (Throwable e) {
      first.permission.release();
      throw e;
    }
    // A fallback may have begun already; then it is the one to cancel.
    running.compareAndSet(null, handle);
    cancelIfAsked();
  }

  /** The next route that may answer; null: there is none. */
  private @Nullable Attempting next() {
    while (!routes.isEmpty()) {
      Route route = routes.remove();
      if (Guards.needs(route).stream().noneMatch(broken::contains)) {
        Admission admission = guards.acquire(route);
        if (admission instanceof Admission.Permitted permitted) {
          return new Attempting(route, permitted.permission());
        } else if (admission instanceof Admission.Refused refused) {
          attempts.add(refused.attempt());
          broken.add(refused.component());
        }
      }
    }
    return null;
  }

  private NoRouteAvailableException refused() {
    String instead =
        delegate.routes().contains(Route.LLM_ONLY)
            ? "no other route can answer"
            : "the LLM has no decoder of its own to answer instead";
    return new NoRouteAvailableException(
        broken.iterator().next(),
        attempts.get(0).message() + ", and " + instead + "; try again later");
  }

  @Override
  public void cancel() {
    cancelled = true;
    cancelIfAsked();
  }

  private void cancelIfAsked() {
    GenerationHandle handle = running.get();
    if (cancelled && handle != null) {
      handle.cancel();
    }
  }

  /** Tries the next route; with none left, the failure reaches the caller. */
  private void fallBack(L2sException failure) {
    failures.add(failure);
    before = elapsed();
    Attempting again = next();
    if (again == null) {
      fail(failure);
      return;
    }
    try {
      running.set(delegate.submit(again.request(), again));
    } catch (L2sException refused) {
      again.permission.release();
      fail(refused);
      return;
    } catch (RuntimeException bug) {
      again.permission.release();
      // The caller waits for a terminal event; a thrown exception would not reach it.
      fail(
          new GenerationFailedException(
              Guards.needs(again.route).contains(Component.LLM) ? Component.LLM : Component.SLM,
              "the route " + again.route + " could not be submitted: " + bug,
              bug));
      return;
    }
    cancelIfAsked();
  }

  /** Ends with {@code failure}, to which those of the earlier attempts are added. */
  private void fail(L2sException failure) {
    failures.stream().filter(each -> each != failure).forEach(failure::addSuppressed);
    listener.onError(failure);
  }

  private Duration remaining(Duration timeout) {
    Duration rest = timeout.minus(elapsed());
    // A request that is already late still needs a timeout; a served model ends it in its next
    // turn.
    return rest.compareTo(SHORTEST) < 0 ? SHORTEST : rest;
  }

  private Duration elapsed() {
    return Duration.ofNanos(nanoTime.getAsLong() - submitted);
  }

  private static Cause cause(Component component) {
    return switch (component) {
      case ENCODER -> Cause.ENCODER_FAILED;
      case SLM -> Cause.SLM_FAILED;
      case LLM -> Cause.LLM_FAILED;
    };
  }

  /** One route that tries to answer. */
  private final class Attempting implements GenerationListener {

    private final Route route;
    private final Permission permission;
    private boolean chunkSent;

    Attempting(Route route, Permission permission) {
      this.route = route;
      this.permission = permission;
    }

    GenerationRequest request() {
      GenerationRequest limited =
          failures.isEmpty()
              ? request
              : request
                  .timeout()
                  .map(timeout -> request.withTimeout(remaining(timeout)))
                  .orElse(request);
      return attempts.isEmpty() ? limited : withoutDrafts(limited).withRoute(route);
    }

    /** Another route might refuse to draft by prompt lookup, which changes no answer. */
    private static GenerationRequest withoutDrafts(GenerationRequest request) {
      GenerationOptions options = request.options();
      return options.promptLookup().isEmpty()
          ? request
          : request.withOptions(options.toBuilder().promptLookupNumTokens(0).build());
    }

    @Override
    public void onChunk(TextChunk chunk) {
      chunkSent = true;
      listener.onChunk(chunk);
    }

    @Override
    public void onComplete(GenerationResult result) {
      try {
        switch (result.finishReason()) {
          case CANCELLED, DEADLINE -> permission.release();
          case EOS, LENGTH, STOP -> permission.succeeded(result);
        }
      } finally {
        listener.onComplete(attempts.isEmpty() ? result : degraded(result));
      }
    }

    private GenerationResult degraded(GenerationResult result) {
      Degradation degradation = Degradation.after(attempts);
      log.degraded(route, degradation, guards);
      return result.withDegradation(degradation).withTimings(result.timings().after(before));
    }

    @Override
    public void onError(L2sException failure) {
      boolean mayFallBack = !chunkSent && failure instanceof GenerationFailedException;
      try {
        permission.failed(failure);
      } finally {
        if (mayFallBack) {
          Component component = ((GenerationFailedException) failure).component();
          attempts.add(new Attempt(route, cause(component), failure.getMessage()));
          // The third model of SLM_ONLY is no component of other routes.
          if (route != Route.SLM_ONLY) {
            broken.add(component);
          }
          fallBack(failure);
        } else {
          fail(failure);
        }
      }
    }
  }
}
