package io.l2s.serving;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.l2s.GenerationFailedException.Component;
import io.l2s.model.DecoderState;
import io.l2s.model.TokenBatch;
import java.nio.IntBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns a group of waiting generations of one route into a running batch: features, condition,
 * prefill. Native thread only.
 */
final class Admission {

  private final NativeThread nativeThread;
  private final PromptReader reader;
  private final WaitingQueue queue;

  Admission(NativeThread nativeThread, PromptReader reader, WaitingQueue queue) {
    this.nativeThread = nativeThread;
    this.reader = reader;
    this.queue = queue;
  }

  /** The group as a running batch; empty if none of it is left, ended or to be tried again. */
  Optional<RunningBatch> admit(List<Generation> group) {
    RoutePath path = group.get(0).path();
    group.forEach(generation -> generation.stopwatch().take());
    try (NDManager scope = nativeThread.newScope()) {
      return path.readsFeatures()
          ? readAndPrefill(scope, path, group)
          : prefill(scope, path, group, null);
    }
  }

  private Optional<RunningBatch> readAndPrefill(
      NDManager scope, RoutePath path, List<Generation> group) {
    List<Generation> going;
    NDArray features;
    try {
      Map<IntBuffer, NDArray> read = read(scope, group);
      going = group.stream().filter(each -> !each.endIfDue()).toList();
      features = going.isEmpty() ? null : reader.gather(scope, prompts(going), read);
      reader.remember(read);
    } catch (Throwable e) {
      failOrTryAgain(group, Component.ENCODER, e);
      return Optional.empty();
    }
    return going.isEmpty() ? Optional.empty() : prefill(scope, path, going, features);
  }

  private Map<IntBuffer, NDArray> read(NDManager scope, List<Generation> group) {
    Stopwatch clock = group.get(0).stopwatch();
    List<int[]> unread = reader.unread(prompts(group).ids());
    long from = clock.elapsed();
    Map<IntBuffer, NDArray> read = reader.read(scope, unread);
    long nanos = clock.elapsed() - from;
    group.stream()
        .filter(generation -> read.containsKey(IntBuffer.wrap(generation.promptIds())))
        .forEach(generation -> generation.stopwatch().addEncode(nanos));
    return read;
  }

  private Optional<RunningBatch> prefill(
      NDManager scope, RoutePath path, List<Generation> group, NDArray features) {
    Stopwatch clock = group.get(0).stopwatch();
    long from = clock.elapsed();
    TokenBatch prompts = prompts(group);
    DecoderState state;
    try {
      NDArray inputs = path.condition().of(scope, features, prompts);
      state = path.decoder().prefill(inputs, prompts.lengths());
    } catch (Throwable e) {
      failOrTryAgain(group, path.component(), e);
      return Optional.empty();
    }
    long nanos = clock.elapsed() - from;
    group.forEach(generation -> generation.stopwatch().addPrefill(nanos));
    return Optional.of(new RunningBatch(state, group));
  }

  /** One bad prompt must not fail the others of its batch: they try again one by one. */
  private void failOrTryAgain(List<Generation> group, Component component, Throwable cause) {
    if (group.size() == 1) {
      group.get(0).fail(Failures.of(component, cause));
    } else {
      queue.addAgain(group);
    }
  }

  private static TokenBatch prompts(List<Generation> group) {
    return new TokenBatch(group.stream().map(Generation::promptIds).toList());
  }
}
