package io.l2s.samples.spark;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.AtomicType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The rows to translate.
 *
 * @param rows the columns and, behind those of a CSV file, {@value #MALFORMED}
 * @param columns the input's own columns
 * @param textColumn the place of the text among them, from 0
 */
record InputTable(Dataset<Row> rows, StructType columns, int textColumn) {

  /** Holds the whole record where its fields do not fit the header. */
  static final String MALFORMED = "_malformed";

  /**
   * Opens the input and checks its columns; no row is read yet.
   *
   * @throws UsageException if the path or the column is not there or the column holds no text
   */
  static InputTable open(SparkSession spark, DataFormat format, String path, String textColumn) {
    StructType columns;
    try {
      columns = reader(spark, format).load(path).schema();
    } catch (Exception e) { // AnalysisException is checked, but Scala does not declare it
      if (e instanceof AnalysisException) {
        throw new UsageException(
            "--input " + path + " cannot be read as " + format + ": " + e.getMessage());
      }
      throw e;
    }
    int text = Arrays.asList(columns.fieldNames()).indexOf(textColumn);
    if (text < 0) {
      throw new UsageException(
          "--text-column "
              + textColumn
              + " is not in --input "
              + path
              + "; its columns are "
              + String.join(", ", columns.fieldNames()));
    }
    if (!columns.fields()[text].dataType().equals(DataTypes.StringType)) {
      throw new UsageException(
          "--text-column "
              + textColumn
              + " must hold strings, but holds "
              + columns.fields()[text].dataType().simpleString()
              + "; name another column");
    }
    StructType read =
        format == DataFormat.CSV ? columns.add(MALFORMED, DataTypes.StringType) : columns;
    return new InputTable(reader(spark, format).schema(read).load(path), columns, text);
  }

  /**
   * Checks that the output can hold the input's columns beside {@code added}.
   *
   * @throws UsageException naming the columns that it cannot hold
   */
  void requireRoomFor(List<String> added, DataFormat output) {
    List<String> taken = Stream.of(columns.fieldNames()).filter(added::contains).toList();
    if (!taken.isEmpty()) {
      throw new UsageException(
          "the output adds the columns "
              + String.join(", ", added)
              + ", but --input has "
              + String.join(", ", taken)
              + " already; rename them in the input, or choose another --output-column");
    }
    List<String> nested =
        Stream.of(columns.fields())
            .filter(field -> output == DataFormat.CSV && !isFlat(field))
            .map(field -> field.name() + " (" + field.dataType().simpleString() + ")")
            .toList();
    if (!nested.isEmpty()) {
      throw new UsageException(
          "CSV cannot hold " + String.join(", ", nested) + "; add --output-format parquet");
    }
  }

  private static boolean isFlat(StructField field) {
    return field.dataType() instanceof AtomicType && !field.dataType().equals(DataTypes.BinaryType);
  }

  private static DataFrameReader reader(SparkSession spark, DataFormat format) {
    DataFrameReader reader = spark.read().format(format.toString());
    return format == DataFormat.CSV
        ? reader
            .options(DataFormat.CSV_OPTIONS)
            .option("mode", "PERMISSIVE")
            .option("columnNameOfCorruptRecord", MALFORMED)
        : reader;
  }
}
