package io.l2s.serving;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.l2s.GenerationFailedException.Component;
import io.l2s.decoding.BatchDecoder;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Prepares a group of waiting generations of one route for decoding: it gets their features and
 * prefills their rows. Native thread only.
 */
final class Admission {

  private final NativeThread nativeThread;
  private final PromptReader reader;
  private final WaitingQueue queue;
  private final RunningBatches batches;

  Admission(
      NativeThread nativeThread, PromptReader reader, WaitingQueue queue, RunningBatches batches) {
    this.nativeThread = nativeThread;
    this.reader = reader;
    this.queue = queue;
    this.batches = batches;
  }

  /** Lets {@code group} decode from now on; a member may end or wait again instead. */
  void admit(List<Generation> group) {
    List<Generation> going = going(group);
    if (going.isEmpty()) {
      return;
    }
    RoutePath path = going.get(0).path();
    going.forEach(Generation::beginPrefill);
    try (NDManager scope = nativeThread.newScope()) {
      if (path.readsFeatures()) {
        readAndPrefill(scope, path, going);
      } else {
        prefill(scope, path, going, null);
      }
    }
  }

  private static List<Generation> going(List<Generation> group) {
    return group.stream().filter(each -> !each.endIfDue()).toList();
  }

  private void readAndPrefill(NDManager scope, RoutePath path, List<Generation> group) {
    List<Generation> going;
    @Nullable NDArray features;
    try {
      Map<PromptKey, NDArray> read = read(scope, group);
      going = going(group);
      features = going.isEmpty() ? null : reader.gather(scope, going, read);
      reader.remember(read);
    } catch (Throwable e) {
      failOrTryAgain(group, Component.ENCODER, e);
      return;
    }
    if (!going.isEmpty()) {
      prefill(scope, path, going, features);
    }
  }

  private Map<PromptKey, NDArray> read(NDManager scope, List<Generation> group) {
    Stopwatch clock = group.get(0).stopwatch();
    List<Generation> unread = reader.unread(group);
    long from = clock.elapsed();
    Map<PromptKey, NDArray> read = reader.read(scope, unread);
    long nanos = clock.elapsed() - from;
    group.stream()
        .filter(generation -> read.containsKey(generation.key()))
        .forEach(generation -> generation.stopwatch().addEncode(nanos));
    return read;
  }

  private void prefill(
      NDManager scope, RoutePath path, List<Generation> group, @Nullable NDArray features) {
    if (path.batched() || group.size() == 1) {
      prefillTogether(scope, path, group, features);
      return;
    }
    for (int row = 0; row < group.size(); row++) {
      Generation each = group.get(row);
      NDIndex own = new NDIndex().addSliceDim(row, row + 1).addSliceDim(0, each.promptIds().length);
      prefillTogether(scope, path, List.of(each), features == null ? null : features.get(own));
    }
  }

  private void prefillTogether(
      NDManager scope, RoutePath path, List<Generation> group, @Nullable NDArray features) {
    Stopwatch clock = group.get(0).stopwatch();
    long from = clock.elapsed();
    AtomicLong projected = new AtomicLong(from);
    try {
      BatchDecoder decoder =
          path.prefill()
              .of(scope, features, Generation.prompts(group), () -> projected.set(clock.elapsed()));
      giveRows(decoder, group);
      long nanos = clock.elapsed() - from;
      group.forEach(generation -> generation.stopwatch().addPrefill(projected.get() - from, nanos));
      batches.add(decoder, group);
      group.forEach(Generation::beginDecoding);
    } catch (Throwable e) {
      failOrTryAgain(group, path.component(), e);
    }
  }

  /** Repeats the row of each prompt as often as its search needs. */
  private static void giveRows(BatchDecoder decoder, List<Generation> group) {
    if (group.stream().allMatch(each -> each.rows() == 1)) {
      return;
    }
    int[] rows =
        IntStream.range(0, group.size())
            .flatMap(row -> IntStream.generate(() -> row).limit(group.get(row).rows()))
            .toArray();
    try {
      decoder.shared().orElseThrow().reorder(rows);
    } catch (Throwable e) {
      decoder.close();
      throw e;
    }
  }

  /** Lets the members of a larger group try again one by one, as one bad prompt may be to blame. */
  private void failOrTryAgain(List<Generation> group, Component component, Throwable cause) {
    if (group.size() == 1) {
      group.get(0).fail(Failures.of(component, cause));
    } else {
      group.forEach(Generation::waitAgain);
      queue.addAgain(group);
    }
  }
}
