package io.l2s.autoconfigure;

import io.l2s.L2sException;
import io.l2s.engine.GpuLoss;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves a model that loses its GPU to the CPU, where it may move, else takes it out of the traffic.
 * Thread-safe.
 */
final class GpuFallback {

  private static final Logger LOG = LoggerFactory.getLogger(GpuFallback.class);

  private final ServedModel model;
  private final boolean moves;
  private final AtomicBoolean lost = new AtomicBoolean();

  /**
   * @param moves whether the model may move to the CPU
   */
  GpuFallback(ServedModel model, boolean moves) {
    this.model = model;
    this.moves = moves;
  }

  /** Acts on the first failure that a lost GPU has caused. */
  void onFailure(L2sException failure) {
    if (!GpuLoss.isCauseOf(failure) || !lost.compareAndSet(false, true)) {
      return;
    }
    GpuLoss.giveUp();
    model.loseGpu();
    if (moves) {
      LOG.error(
          "Model {} has lost its GPU and moves to the CPU: {}", model.name(), failure.toString());
      // The failure is reported on a thread of the model that is replaced.
      Thread moving = new Thread(this::move, "l2s-move");
      moving.setDaemon(true);
      moving.start();
    } else {
      LOG.error(
          "Model {} has lost its GPU; start the application anew: {}",
          model.name(),
          failure.toString());
    }
  }

  private void move() {
    String own =
        model.description().ownParts().stream()
            .map(ModelPart::label)
            .collect(Collectors.joining(", "));
    try {
      if (!model.reloadWithoutGpu()) {
        return;
      }
    } catch (RuntimeException e) {
      LOG.error(
          "Model {} cannot move to the CPU{}; start the application anew",
          model.name(),
          own.isEmpty()
              ? ""
              : " with these parts of the application, which l2s does not move: " + own,
          e);
      return;
    }
    if (!own.isEmpty()) {
      LOG.warn(
          "Model {} uses these parts of the application where they are: {}", model.name(), own);
    }
  }
}
