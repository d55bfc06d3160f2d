package io.l2s.samples.spark;

import io.l2s.samples.spark.Answer.Rejected;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * A row of the input.
 *
 * @param number its place in the input, from 0
 * @param columns the input's columns
 * @param text the text to translate
 * @param malformed the record as the file has it, if its fields do not fit the header
 */
record SourceRow(long number, Row columns, @Nullable String text, @Nullable String malformed) {

  /** Why the row cannot be translated; null: the model decides. */
  @Nullable Rejected rejected() {
    if (malformed != null) {
      return new Rejected(
          Reason.MALFORMED, "the fields of this record do not fit the header: " + malformed);
    } else if (text == null || text.isBlank()) {
      return new Rejected(Reason.EMPTY, "the text is " + (text == null ? "null" : "empty"));
    } else if (text.indexOf('\uFFFD') >= 0) {
      return new Rejected(
          Reason.INVALID, "the text has the character U+FFFD; the input may not be UTF-8");
    }
    return null;
  }
}
