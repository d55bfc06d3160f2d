package io.l2s.samples.spark;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.l2s.DelegatingHybridLanguageModel;
import io.l2s.GenerationFailedException;
import io.l2s.GenerationFailedException.Component;
import io.l2s.GenerationHandle;
import io.l2s.GenerationListener;
import io.l2s.GenerationRequest;
import io.l2s.HybridLanguageModel;
import io.l2s.Route;
import io.l2s.resilience.CircuitBreakingLanguageModel;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.TaskContext;

/** The real model with a fault. */
record FaultyModel(ModelSettings settings, Fault fault) implements ModelSource {

  enum Fault {
    /** Each task's first attempt fails at its tenth row. */
    FIRST_ATTEMPT,
    /** The JVM of the second task's first attempt ends at the tenth row, as by kill -9. */
    EXECUTOR_DIES,
    /** The small model fails at every row. */
    SLM
  }

  @Override
  public HybridLanguageModel model() {
    HybridLanguageModel faulty = new Faulty(settings.model(), fault);
    return fault == Fault.SLM
        ? new CircuitBreakingLanguageModel(faulty, CircuitBreaker.ofDefaults("slm"))
        : faulty;
  }

  private static final class Faulty extends DelegatingHybridLanguageModel {

    private final Fault fault;
    private final AtomicInteger requests = new AtomicInteger();

    Faulty(HybridLanguageModel delegate, Fault fault) {
      super(delegate);
      this.fault = fault;
    }

    @Override
    public GenerationHandle submit(GenerationRequest request, GenerationListener listener) {
      TaskContext task = TaskContext.get();
      boolean tenth = requests.incrementAndGet() == 10;
      switch (fault) {
        case FIRST_ATTEMPT -> {
          if (tenth && task.attemptNumber() == 0) {
            throw new IllegalStateException("the first attempt fails");
          }
        }
        case EXECUTOR_DIES -> {
          // Where the executor held shuffled rows, Spark repeats the stage and counts from 0 again.
          boolean first = task.stageAttemptNumber() == 0 && task.attemptNumber() == 0;
          if (tenth && first && task.partitionId() == 1) {
            Runtime.getRuntime().halt(137);
          }
        }
        case SLM -> {
          if (request.route().orElse(Route.HYBRID) == Route.HYBRID) {
            listener.onError(new GenerationFailedException(Component.SLM, "the SLM broke", null));
            return () -> {};
          }
        }
      }
      return super.submit(request, listener);
    }
  }
}
