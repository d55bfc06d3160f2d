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
 * @param slices number of equal parts of each product's results that different things read, such as
 *     queries, keys and values of one matrix
 */
public record ProductGroup(
    List<String> names,
    Optional<String> norm,
    double factor,
    Optional<InputChannels> input,
    int slices) {

  public ProductGroup {
    names = List.copyOf(names);
  }

  /** Products of an input that is not normed. */
  public static ProductGroup of(String... names) {
    return new ProductGroup(List.of(names), Optional.empty(), 1, Optional.empty(), 1);
  }

  /** Products of an input that {@code norm} norms. */
  public static ProductGroup behind(String norm, String... names) {
    return new ProductGroup(List.of(names), Optional.of(norm), 1, Optional.empty(), 1);
  }

  /** The same products of channels that another product makes. */
  public ProductGroup reading(InputChannels channels) {
    return new ProductGroup(names, norm, factor, Optional.of(channels), slices);
  }

  /** The same products of what {@code activation} makes of the channels of {@code writer}. */
  public ProductGroup reading(Activation activation, String writer) {
    // A factor passes to the channels through relu alone.
    return activation == Activation.RELU ? reading(InputChannels.of(writer)) : this;
  }

  /** The same products, their results multiplied by {@code factor}. */
  public ProductGroup times(double factor) {
    return new ProductGroup(names, norm, factor, input, slices);
  }

  /** The same products, whose results consist of {@code count} equal parts. */
  public ProductGroup ofSlices(int count) {
    return new ProductGroup(names, norm, factor, input, count);
  }
}
