package io.l2s.samples.spark;

import io.l2s.Degradation;
import io.l2s.GenerationResult;
import io.l2s.samples.spark.Answer.Rejected;
import io.l2s.samples.spark.Answer.Translated;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The columns that the job adds to those of the input. */
final class AnswerColumns {

  /** The row's place in the input, from 0. */
  static final String ROW = "row";

  /** The route that answered. */
  static final String ROUTE = "route";

  /** Why the answer ended; {@code LENGTH}: at the limit of tokens, so it may be incomplete. */
  static final String FINISH_REASON = "finish_reason";

  /** Why another route than the hybrid answered; null if none did. */
  static final String DEGRADATION = "degradation";

  /** Why the row has no translation. */
  static final String REASON = "reason";

  /** The reason in words. */
  static final String MESSAGE = "message";

  private AnswerColumns() {}

  /** The names of all columns that are added, with {@code translation} for the text. */
  static List<String> names(String translation) {
    return List.of(ROW, translation, ROUTE, FINISH_REASON, DEGRADATION, REASON, MESSAGE);
  }

  /** The columns of {@link #row}. */
  static StructType schema(StructType input, String translation) {
    StructType schema = new StructType().add(ROW, DataTypes.LongType, false);
    for (StructField field : input.fields()) {
      // A malformed record has null in columns that are never null otherwise.
      schema = schema.add(field.name(), field.dataType(), true, field.metadata());
    }
    return schema
        .add(translation, DataTypes.StringType)
        .add(ROUTE, DataTypes.StringType)
        .add(FINISH_REASON, DataTypes.StringType)
        .add(DEGRADATION, DataTypes.StringType)
        .add(REASON, DataTypes.StringType)
        .add(MESSAGE, DataTypes.StringType);
  }

  /** The row with its answer. */
  static Row row(TranslatedRow row, int inputColumns) {
    Object[] values = new Object[1 + inputColumns + 6];
    values[0] = row.source().number();
    for (int i = 0; i < inputColumns; i++) {
      values[1 + i] = row.source().columns().get(i);
    }
    int next = 1 + inputColumns;
    if (row.answer() instanceof Translated translated) {
      GenerationResult result = translated.result();
      values[next] = result.text();
      values[next + 1] = result.route().name();
      values[next + 2] = result.finishReason().name();
      values[next + 3] = result.degradation().map(AnswerColumns::words).orElse(null);
    } else if (row.answer() instanceof Rejected rejected) {
      values[next + 4] = rejected.reason().name();
      values[next + 5] = rejected.message();
    }
    return RowFactory.create(values);
  }

  private static String words(Degradation degradation) {
    return degradation.cause() + ": " + degradation.message();
  }
}
