package io.l2s.samples.spark;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The formats of input and output. */
enum DataFormat {
  /** Comma-separated values as in RFC 4180, in UTF-8, with a header. */
  CSV,
  /** Apache Parquet. */
  PARQUET;

  /** Quotes are doubled and fields may hold line breaks, as spreadsheets write them. */
  static final Map<String, String> CSV_OPTIONS =
      Map.of("header", "true", "escape", "\"", "multiLine", "true", "enforceSchema", "false");

  /** The format that the end of {@code path} names; empty if it names none. */
  static Optional<DataFormat> of(String path) {
    String name = path.toLowerCase(Locale.ROOT);
    if (name.matches(".*\\.csv(\\.gz|\\.bz2)?")) {
      return Optional.of(CSV);
    }
    return name.endsWith(".parquet") ? Optional.of(PARQUET) : Optional.empty();
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
