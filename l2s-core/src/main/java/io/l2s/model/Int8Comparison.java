package io.l2s.model;

import io.l2s.Precision;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The loss of 8-bit products against float32 on a short trial text. Immutable.
 *
 * @param groups the products that share an input, in the program's order
 * @param other number format of those that lose too much, bf16 or f32
 */
public record Int8Comparison(List<Loss> groups, Precision other) {

  /** The largest loss at which products run in int8. */
  public static final double BOUND = 0.1;

  // More would not be read.
  private static final int NAMED = 8;

  public Int8Comparison {
    groups = List.copyOf(groups);
  }

  /**
   * The loss of a group of products.
   *
   * @param products names of their weights
   * @param value the largest distance between a product's results for a token in int8 and in
   *     float32, as a share of the latter
   */
  public record Loss(List<String> products, double value) {

    public Loss {
      products = List.copyOf(products);
    }

    /** Whether the products must not run in int8. */
    public boolean tooLarge() {
      return !(value <= BOUND);
    }

    private String describe() {
      String first = products.get(0).replaceFirst("\\.weight$", "");
      String more = products.size() == 1 ? "" : " and " + (products.size() - 1) + " more";
      String share = value > 1 ? "over 100" : String.format(Locale.ROOT, "%.0f", 100 * value);
      return first + more + " (" + share + " %)";
    }
  }

  /** A loss within the bound, in a sentence. */
  static String describe(double largestLoss) {
    return String.format(
        Locale.ROOT,
        "int8 changes the products by at most %.1f %% (bound %.0f %%)",
        100 * largestLoss,
        100 * BOUND);
  }

  /** The products that stay out of int8. */
  public List<Loss> kept() {
    return groups.stream().filter(Loss::tooLarge).toList();
  }

  /** The largest loss of all groups. */
  public double largestLoss() {
    return groups.stream().mapToDouble(Loss::value).max().orElse(0);
  }

  /** The result in a sentence. */
  public String describe() {
    List<Loss> kept = kept();
    if (kept.isEmpty()) {
      return describe(largestLoss());
    }
    String names = kept.stream().limit(NAMED).map(Loss::describe).collect(Collectors.joining(", "));
    return String.format(
        Locale.ROOT,
        "%d of %d groups of products stay in %s, since int8 changes them by more than %.0f %%:"
            + " %s%s",
        kept.size(),
        groups.size(),
        other.name().toLowerCase(Locale.ROOT),
        100 * BOUND,
        names,
        kept.size() > NAMED ? ", ..." : "");
  }
}
