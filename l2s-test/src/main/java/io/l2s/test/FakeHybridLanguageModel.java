package io.l2s.test;

import io.l2s.GenerationHandle;
import io.l2s.GenerationListener;
import io.l2s.GenerationRequest;
import io.l2s.HybridLanguageModel;
import io.l2s.InvalidRequestException;
import io.l2s.L2sException;
import io.l2s.ModelClosedException;
import io.l2s.PromptTemplate;
import io.l2s.Route;
import io.l2s.ServingStatistics;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A model without weights: it answers as a test says, and keeps the contract of {@link
 * HybridLanguageModel} otherwise. Answers come on other threads, {@code maxNewTokens} and deadlines
 * hold, cancelling ends an answer with {@code CANCELLED}, closing ends all with {@link
 * ModelClosedException}, and a listener's exception cancels its own generation only. Options of the
 * search and stop strings change nothing. Thread-safe.
 *
 * <p>Without an answer to give, it throws {@link IllegalStateException}.
 */
public final class FakeHybridLanguageModel implements HybridLanguageModel {

  private final Set<Route> routes;
  private final Optional<PromptTemplate> promptTemplate;
  private final boolean chatTemplate;
  private final Scheduler scheduler;
  private final List<FakeCall> calls = new CopyOnWriteArrayList<>();
  private final Set<FakeGeneration> running = ConcurrentHashMap.newKeySet();
  private @Nullable Function<GenerationRequest, FakeAnswer> script; // guarded by this
  private boolean closed; // guarded by this

  /** With the routes {@code HYBRID} and {@code LLM_ONLY}, and without templates. */
  public FakeHybridLanguageModel() {
    this(new Builder());
  }

  private FakeHybridLanguageModel(Builder builder) {
    this.routes = Collections.unmodifiableSet(EnumSet.copyOf(builder.routes));
    this.promptTemplate = builder.promptTemplate;
    this.chatTemplate = builder.chatTemplate;
    this.scheduler = builder.scheduler;
  }

  /** Begins with what {@link #FakeHybridLanguageModel()} has. */
  public static Builder builder() {
    return new Builder();
  }

  /** Answers each later request with these tokens; see {@link FakeAnswer#of(String...)}. */
  public void answer(String... tokens) {
    answer(FakeAnswer.of(tokens));
  }

  /** Gives one answer to each later request, in this order, and repeats the last one. */
  public void answer(FakeAnswer first, FakeAnswer... further) {
    List<FakeAnswer> answers = new ArrayList<>();
    answers.add(first);
    answers.addAll(List.of(further));
    // Called while this model's lock is held.
    answer(request -> answers.size() > 1 ? answers.remove(0) : answers.get(0));
  }

  /** Asks {@code script} for the answer to each later request, one request at a time. */
  public synchronized void answer(Function<GenerationRequest, FakeAnswer> script) {
    this.script = Objects.requireNonNull(script, "script");
  }

  /** The requests so far, in their order, those that were refused left out. */
  public List<FakeCall> calls() {
    return List.copyOf(calls);
  }

  /** Forgets answers and calls, and cancels what runs. */
  public void reset() {
    synchronized (this) {
      script = null;
    }
    calls.clear();
    running.forEach(FakeGeneration::cancel);
  }

  @Override
  public Set<Route> routes() {
    return routes;
  }

  @Override
  public boolean hasChatTemplate() {
    return chatTemplate;
  }

  @Override
  public Optional<PromptTemplate> promptTemplate() {
    return promptTemplate;
  }

  /** The number of running answers; the fake has no queue. */
  @Override
  public ServingStatistics servingStatistics() {
    return new ServingStatistics(0, running.size(), 0, 0);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException if no answer was scripted
   */
  @Override
  public GenerationHandle submit(GenerationRequest request, GenerationListener listener) {
    Objects.requireNonNull(listener, "listener");
    FakeGeneration generation = begin(request, listener);
    generation.start();
    return generation;
  }

  private synchronized FakeGeneration begin(
      GenerationRequest request, GenerationListener listener) {
    if (closed) {
      throw new ModelClosedException();
    }
    check(request);
    if (script == null) {
      throw new IllegalStateException(
          "the fake model has no answer for " + request + "; call answer(…) first");
    }
    FakeAnswer answer = script.apply(request);
    L2sException refusal = answer.refusal();
    if (refusal != null) {
      throw refusal;
    }
    Route route = request.route().orElse(routes.iterator().next());
    FakeGeneration generation =
        new FakeGeneration(request, route, answer, listener, scheduler, running::remove);
    running.add(generation);
    calls.add(generation.call());
    return generation;
  }

  private void check(GenerationRequest request) {
    request
        .route()
        .filter(route -> !routes.contains(route))
        .ifPresent(
            route -> {
              throw new InvalidRequestException("route", "one of " + routes, route);
            });
    if (!chatTemplate && !request.messages().isEmpty()) {
      throw new InvalidRequestException(
          "messages", "none, as the fake model has no chat template", request.messages().size());
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    running.forEach(generation -> generation.fail(new ModelClosedException()));
  }

  /** Builds a {@link FakeHybridLanguageModel}; not thread-safe. */
  public static final class Builder {

    private Set<Route> routes = EnumSet.of(Route.HYBRID, Route.LLM_ONLY);
    private Optional<PromptTemplate> promptTemplate = Optional.empty();
    private boolean chatTemplate;
    private Scheduler scheduler = Scheduler.REAL;

    private Builder() {}

    /** The routes that can be asked for. */
    public Builder routes(Route first, Route... further) {
      this.routes = EnumSet.of(first, further);
      return this;
    }

    /** The template of {@code generateFrom}, with {@code {source}} in it. */
    public Builder promptTemplate(String template) {
      this.promptTemplate = Optional.of(new PromptTemplate(template));
      return this;
    }

    /** Lets the model take conversations; their messages reach the script as they are. */
    public Builder chatTemplate() {
      this.chatTemplate = true;
      return this;
    }

    /** Runs the model's events; {@link Scheduler#REAL} by default. */
    public Builder scheduler(Scheduler scheduler) {
      this.scheduler = Objects.requireNonNull(scheduler, "scheduler");
      return this;
    }

    /** The model. */
    public FakeHybridLanguageModel build() {
      return new FakeHybridLanguageModel(this);
    }
  }
}
