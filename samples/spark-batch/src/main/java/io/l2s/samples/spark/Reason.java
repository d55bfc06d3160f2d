package io.l2s.samples.spark;

/** Why a row has no translation; the column {@code reason} has these names. */
enum Reason {
  /** The text is null, empty or only white space. */
  EMPTY,
  /** The prompt is longer than the limit. */
  TOO_LONG,
  /** The model refuses the text, or its bytes are no UTF-8. */
  INVALID,
  /** The record of a CSV file has not as many fields as the header. */
  MALFORMED
}
