package io.l2s.model;

import java.util.Optional;

/**
 * The product that makes the input of another one, where nothing stands between the two that a
 * positive factor for a channel does not pass through: relu, a gate, or attention's weighted sums.
 *
 * @param writer the program's name of the weights that make the channels
 * @param first the first row of {@code writer} that does, where it makes other things as well
 * @param gate the program's name of the weights whose activated product the channels are multiplied
 *     by; empty where there are none
 * @param width channels that are repeated together, such as those of a head of values; 0 for all
 * @param copies how many times they stand one behind the other in the input
 */
public record InputChannels(
    String writer, int first, Optional<String> gate, int width, int copies) {

  /** The channels are those of {@code writer}. */
  public static InputChannels of(String writer) {
    return from(writer, 0);
  }

  /** The channels are those of {@code writer} from row {@code first} on. */
  public static InputChannels from(String writer, int first) {
    return new InputChannels(writer, first, Optional.empty(), 0, 1);
  }

  /** The channels are those of {@code writer}, multiplied by the activated ones of {@code gate}. */
  public static InputChannels gated(String writer, String gate) {
    return new InputChannels(writer, 0, Optional.of(gate), 0, 1);
  }

  /** The channels are heads of values, each of which serves {@code copies} heads of queries. */
  public static InputChannels heads(String writer, int width, int copies) {
    return new InputChannels(writer, 0, Optional.empty(), width, copies);
  }
}
