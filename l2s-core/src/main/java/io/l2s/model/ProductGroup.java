package io.l2s.model;

import java.util.List;
import java.util.Optional;

/**
 * Products that share an input, with the norm that stands before them.
 *
 * @param names the program's names of their weights
 * @param norm the program's name of the norm's weights; empty where the input is not normed
 * @param factor what their results are multiplied by; 8-bit products take it in
 */
public record ProductGroup(List<String> names, Optional<String> norm, double factor) {

  public ProductGroup {
    names = List.copyOf(names);
  }

  /** Products of an input that is not normed. */
  public static ProductGroup of(String... names) {
    return new ProductGroup(List.of(names), Optional.empty(), 1);
  }

  /** Products of an input that {@code norm} norms. */
  public static ProductGroup behind(String norm, String... names) {
    return new ProductGroup(List.of(names), Optional.of(norm), 1);
  }
}
