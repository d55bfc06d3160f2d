package io.l2s.samples.translation;

import io.l2s.FinishReason;
import io.l2s.GenerationHandle;
import io.l2s.GenerationListener;
import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.HybridLanguageModel;
import io.l2s.PromptTemplate;
import io.l2s.Route;
import io.l2s.TextChunk;
import io.l2s.Timings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;

/** A model that says what a test tells it to. */
class ScriptedModel implements HybridLanguageModel {

  /** What happens to a submitted request. */
  interface Script {
    void play(GenerationRequest request, GenerationListener listener);
  }

  final BlockingQueue<GenerationRequest> requests = new LinkedBlockingQueue<>();
  private volatile CountDownLatch cancelled;
  private volatile Script script;

  /** Plays {@code script} from now on; what happened before is forgotten. */
  void script(Script script) {
    requests.clear();
    cancelled = new CountDownLatch(1);
    this.script = script;
  }

  /** Counts to zero when the latest script's request is cancelled. */
  CountDownLatch cancelled() {
    return cancelled;
  }

  static Script answering(String... chunks) {
    return (request, listener) -> {
      for (String chunk : chunks) {
        listener.onChunk(new TextChunk(chunk));
      }
      listener.onComplete(result(String.join("", chunks), FinishReason.EOS));
    };
  }

  static GenerationResult result(String text, FinishReason reason) {
    Duration time = Duration.ofMillis(5);
    return new GenerationResult(
        text,
        List.of(7, 1),
        List.of(8, 9, 1),
        Route.HYBRID,
        Optional.empty(),
        reason,
        new Timings(time, time, time, time, time, time, time));
  }

  @Override
  public Set<Route> routes() {
    return Set.of(Route.HYBRID);
  }

  @Override
  public Optional<PromptTemplate> promptTemplate() {
    return Optional.of(new PromptTemplate("translate English to German: {source}"));
  }

  @Override
  public GenerationHandle submit(GenerationRequest request, GenerationListener listener) {
    requests.add(request);
    script.play(request, listener);
    return cancelled()::countDown;
  }

  @Override
  public void close() {}
}
