package io.l2s.model;

import java.util.List;
import java.util.Optional;

/**
 * Products that share an input, with the norm that stands before them.
 *
 * @param names the program's names of their weights
 * @param norm the program's name of the norm's weights; empty where the input is not normed
 * @param factor what their results are multiplied by; 8-bit products take it in
 * @param input the product whose channels are the input; empty where no factor passes to them
 */
public record ProductGroup(
    List<String> names, Optional<String> norm, double factor, Optional<InputChannels> input) {

  public ProductGroup {
    names = List.copyOf(names);
  }

  /** Products of an input that is not normed. */
  public static ProductGroup of(String... names) {
    return new ProductGroup(List.of(names), Optional.empty(), 1, Optional.empty());
  }

  /** Products of an input that {@code norm} norms. */
  public static ProductGroup behind(String norm, String... names) {
    return new ProductGroup(List.of(names), Optional.of(norm), 1, Optional.empty());
  }

  /** The same products of channels that another product makes. */
  public ProductGroup reading(InputChannels channels) {
    return new ProductGroup(names, norm, factor, Optional.of(channels));
  }

  /** The same products of what {@code activation} makes of the channels of {@code writer}. */
  public ProductGroup reading(Activation activation, String writer) {
    // A factor passes to the channels through relu alone.
    return activation == Activation.RELU ? reading(InputChannels.of(writer)) : this;
  }

  /** The same products, their results multiplied by {@code factor}. */
  public ProductGroup times(double factor) {
    return new ProductGroup(names, norm, factor, input);
  }
}
