package io.l2s.serving;

import io.l2s.Route;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;

/**
 * How many threads compute for which work: small models are faster with one, as a product then
 * waits for no other thread. Immutable; native thread only, but for {@link #describe}.
 */
final class ThreadPlan {

  /** Leaves the number of threads as it is. */
  static final ThreadPlan UNCHANGED = new ThreadPlan(0, Map.of(), threads -> {});

  private final int reading;
  private final Map<Route, Integer> decoding;
  private final IntConsumer team;

  /**
   * @param reading threads that read and prefill prompts
   * @param decoding threads by route; routes that are missing take as many as reading
   * @param team takes the number of threads for the calls that follow
   */
  ThreadPlan(int reading, Map<Route, Integer> decoding, IntConsumer team) {
    this.reading = reading;
    this.decoding = Map.copyOf(decoding);
    this.team = team;
  }

  /** Prompts are read and prefilled next. */
  void beforeReading() {
    team.accept(reading);
  }

  /** A batch of {@code route} decodes next. */
  void beforeDecoding(Route route) {
    team.accept(decoding.getOrDefault(route, reading));
  }

  /** The numbers in words, such as {@code 2 to read, 1 to decode HYBRID}. */
  String describe() {
    return reading
        + " to read"
        + new EnumMap<>(decoding.isEmpty() ? Map.of(Route.LLM_ONLY, reading) : decoding)
            .entrySet().stream()
                .map(each -> ", " + each.getValue() + " to decode " + each.getKey())
                .collect(Collectors.joining());
  }
}
