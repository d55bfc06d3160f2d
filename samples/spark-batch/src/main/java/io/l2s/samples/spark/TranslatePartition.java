package io.l2s.samples.spark;

import java.util.Iterator;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.TaskCompletionListener;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/**
 * The work of one task: it translates the rows of its partition, in their order.
 *
 * @param window rows of a task in the model at a time
 * @param inputColumns the number of the input's columns
 * @param textColumn the place of the text among them
 * @param done counts the rows that have an answer
 */
record TranslatePartition(
    ModelSource model, int window, int inputColumns, int textColumn, LongAccumulator done)
    implements FlatMapFunction<Iterator<Tuple2<Long, Row>>, Row> {

  @Override
  public Iterator<Row> call(Iterator<Tuple2<Long, Row>> rows) {
    RowTranslator translator = new RowTranslator(model.model(), sources(rows), window);
    // A task that fails or is stopped leaves no work behind in the model, which others use.
    TaskCompletionListener cancel = task -> translator.cancel();
    TaskContext.get().addTaskCompletionListener(cancel);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return translator.hasNext();
      }

      @Override
      public Row next() {
        Row row = AnswerColumns.row(translator.next(), inputColumns);
        done.add(1);
        return row;
      }
    };
  }

  private Iterator<SourceRow> sources(Iterator<Tuple2<Long, Row>> rows) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public SourceRow next() {
        Tuple2<Long, Row> next = rows.next();
        return new SourceRow(
            next._1(), next._2(), text(next._2(), textColumn), malformed(next._2()));
      }
    };
  }

  private @Nullable String malformed(Row row) {
    return row.size() > inputColumns ? text(row, inputColumns) : null;
  }

  private static @Nullable String text(Row row, int column) {
    return row.isNullAt(column) ? null : row.getString(column);
  }
}
