package io.l2s.serving;

import io.l2s.Timings;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Measures the phases of one generation from its submission on. */
final class Stopwatch {

  private final LongSupplier nanoTime;
  private final long submitted;
  private long taken = -1;
  private long encode;
  private long project;
  private long prefill;
  private long decode;
  private long firstToken;

  Stopwatch(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.submitted = nanoTime.getAsLong();
  }

  /** {@code duration} in nanoseconds; {@link Long#MAX_VALUE} if it is longer than 292 years. */
  static long nanos(Duration duration) {
    try {
      return duration.toNanos();
    } catch (ArithmeticException e) {
      return Long.MAX_VALUE;
    }
  }

  /** Nanoseconds since the submission. */
  long elapsed() {
    return elapsedAt(nanoTime.getAsLong());
  }

  long elapsedAt(long now) {
    return now - submitted;
  }

  /** Records that the native thread takes the request up; only the first call counts. */
  void take() {
    if (taken < 0) {
      taken = elapsed();
    }
  }

  void firstToken() {
    if (firstToken == 0) {
      firstToken = elapsed();
    }
  }

  void addEncode(long nanos) {
    encode += nanos;
  }

  /**
   * @param projected part of {@code nanos} until P was fused
   */
  void addPrefill(long projected, long nanos) {
    project += projected;
    prefill += nanos;
  }

  void addDecode(long nanos) {
    decode += nanos;
  }

  Timings timings() {
    long total = elapsed();
    return new Timings(
        Duration.ofNanos(taken < 0 ? total : taken),
        Duration.ofNanos(encode),
        Duration.ofNanos(project),
        Duration.ofNanos(prefill),
        Duration.ofNanos(decode),
        Duration.ofNanos(firstToken),
        Duration.ofNanos(total));
  }
}
