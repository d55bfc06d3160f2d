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
 * prefills their rows. A group that takes long is prefilled in a turn of its own, so that running
 * answers continue between the two. Native thread only.
 */
final class Admission {

  private final NativeThread nativeThread;
  private final PromptReader reader;
  private final WaitingQueue queue;
  private final RunningBatches batches;
  private final ServiceTimes times;
  // The group whose prompts the LLM has read; the cache keeps their features until they end.
  private List<Generation> readGroup = List.of();

  Admission(
      NativeThread nativeThread,
      PromptReader reader,
      WaitingQueue queue,
      RunningBatches batches,
      ServiceTimes times) {
    this.nativeThread = nativeThread;
    this.reader = reader;
    this.queue = queue;
    this.batches = batches;
    this.times = times;
  }

  /** Whether {@link #admitRead} has a group to prefill. */
  boolean hasRead() {
    return !readGroup.isEmpty();
  }

  /** Forgets the group that was read; its members have ended. */
  void forget() {
    readGroup = List.of();
  }

  /** Lets the group that was read decode from now on; a member may end or wait again instead. */
  void admitRead() {
    List<Generation> going = going(readGroup);
    readGroup = List.of();
    if (going.isEmpty()) {
      return;
    }
    long from = going.get(0).stopwatch().elapsed();
    try (NDManager scope = nativeThread.newScope()) {
      prefillWith(scope, going, Map.of());
    }
    record(going, from);
  }

  /**
   * Lets {@code group} decode from now on; a member may end or wait again instead.
   *
   * @param inTwoTurns whether prompts that the LLM has to read are only read, for {@link
   *     #admitRead} to continue with
   */
  void admit(List<Generation> group, boolean inTwoTurns) {
    List<Generation> going = going(group);
    if (going.isEmpty()) {
      return;
    }
    going.forEach(Generation::beginPrefill);
    long from = going.get(0).stopwatch().elapsed();
    if (inTwoTurns && going.get(0).path().readsFeatures()) {
      readGroup = readOnly(going);
    } else {
      admitGoing(going);
    }
    record(going, from);
  }

  private void record(List<Generation> group, long from) {
    Generation first = group.get(0);
    times.prefilled(first.path().route(), group.size(), first.stopwatch().elapsed() - from);
  }

  /** Returns {@code group} when its features are in the cache; none where reading has failed. */
  private List<Generation> readOnly(List<Generation> group) {
    try (NDManager scope = nativeThread.newScope()) {
      reader.remember(read(scope, group));
      return group;
    } catch (Throwable e) {
      failOrTryAgain(group, Component.ENCODER, e);
      return List.of();
    }
  }

  private void admitGoing(List<Generation> going) {
    RoutePath path = going.get(0).path();
    try (NDManager scope = nativeThread.newScope()) {
      if (path.readsFeatures()) {
        readAndPrefill(scope, going);
      } else {
        prefill(scope, path, going, null);
      }
    }
  }

  private static List<Generation> going(List<Generation> group) {
    return group.stream().filter(each -> !each.endIfDue()).toList();
  }

  private void readAndPrefill(NDManager scope, List<Generation> group) {
    List<Generation> going;
    Map<PromptKey, NDArray> fresh;
    try {
      fresh = read(scope, group);
      going = going(group);
    } catch (Throwable e) {
      failOrTryAgain(group, Component.ENCODER, e);
      return;
    }
    prefillWith(scope, going, fresh);
  }

  /**
   * @param fresh features that are not in the cache yet
   */
  private void prefillWith(NDManager scope, List<Generation> group, Map<PromptKey, NDArray> fresh) {
    @Nullable NDArray features;
    try {
      features = group.isEmpty() ? null : reader.gather(scope, group, fresh);
      reader.remember(fresh);
    } catch (Throwable e) {
      failOrTryAgain(group, Component.ENCODER, e);
      return;
    }
    if (!group.isEmpty()) {
      prefill(scope, group.get(0).path(), group, features);
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
