package io.l2s.cli;

import com.google.gson.JsonObject;
import java.util.Arrays;
import java.util.Locale;

/** Median, smallest and largest of several measurements. */
record Spread(double median, double min, double max) {

  static Spread of(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double median = (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    return new Spread(median, sorted[0], sorted[sorted.length - 1]);
  }

  /** The value that a share of the measurements do not exceed. */
  static double percentile(double[] values, double share) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[Math.min(sorted.length - 1, (int) Math.ceil(share * sorted.length) - 1)];
  }

  JsonObject json() {
    JsonObject json = new JsonObject();
    json.addProperty("median", median);
    json.addProperty("min", min);
    json.addProperty("max", max);
    return json;
  }

  /** The median, with the smallest and the largest behind it where they differ. */
  @Override
  public String toString() {
    return min == max
        ? String.format(Locale.ROOT, "%.2f", median)
        : String.format(Locale.ROOT, "%.2f (%.2f-%.2f)", median, min, max);
  }
}
