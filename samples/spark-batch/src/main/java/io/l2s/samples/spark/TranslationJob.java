package io.l2s.samples.spark;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.util.LongAccumulator;
import scala.Tuple2;

/**
 * Translates a table. Each row of the input becomes one row of the output or one of the rejected
 * rows, whatever fails in between: the answers are written once, to a staging directory, by Spark's
 * commit protocol, and both outputs are made from that.
 */
final class TranslationJob {

  private final SparkSession spark;
  private final Options options;
  private final ModelSource model;
  private final PrintWriter log;

  /**
   * The input and the outputs of a job.
   *
   * @param outputColumn the column of the translation
   * @param rowsPerTask rows that fail and are tried again together
   * @param window rows of a task in the model at a time
   */
  record Options(
      String input,
      DataFormat inputFormat,
      String textColumn,
      String output,
      DataFormat outputFormat,
      String rejected,
      String outputColumn,
      int rowsPerTask,
      int window,
      boolean overwrite) {}

  /**
   * @param log gets a line on the progress every few seconds
   */
  TranslationJob(SparkSession spark, Options options, ModelSource model, PrintWriter log) {
    this.spark = spark;
    this.options = options;
    this.model = model;
    this.log = log;
  }

  /**
   * Runs the job.
   *
   * @throws UsageException if input and outputs do not fit; nothing is written then
   * @throws IllegalStateException if rows were lost or came twice, as where another process changes
   *     the input; the outputs are not written then
   */
  Summary run() throws IOException {
    requireFree("--output", options.output());
    requireFree("--rejected", options.rejected());
    InputTable input =
        InputTable.open(spark, options.inputFormat(), options.input(), options.textColumn());
    List<String> added = AnswerColumns.names(options.outputColumn());
    input.requireRoomFor(added, options.outputFormat());
    Path staging = new Path(options.output() + "._staging");
    FileSystem files = staging.getFileSystem(spark.sparkContext().hadoopConfiguration());
    long start = System.nanoTime();
    try {
      long rows = translate(input, staging);
      Duration time = Duration.ofNanos(System.nanoTime() - start);
      Dataset<Row> answers = spark.read().parquet(staging.toString());
      Summary summary = Summary.of(answers, rows, time);
      write(accepted(answers), options.output());
      write(rejected(answers, input), options.rejected());
      return summary;
    } finally {
      files.delete(staging, true);
    }
  }

  private long translate(InputTable input, Path staging) {
    JavaRDD<Row> source = input.rows().javaRDD();
    long rows = source.count();
    LongAccumulator done = spark.sparkContext().longAccumulator("translated rows");
    JavaRDD<Row> answers =
        source
            .zipWithIndex()
            .mapToPair(each -> new Tuple2<>(each._2(), each._1()))
            .repartitionAndSortWithinPartitions(new RowsPerTask(options.rowsPerTask(), rows))
            .mapPartitions(partition(input, done), true);
    try (Progress progress = new Progress(log, rows, done.id())) {
      spark.sparkContext().addSparkListener(progress);
      spark
          .createDataFrame(answers, AnswerColumns.schema(input.columns(), options.outputColumn()))
          .write()
          .mode(SaveMode.Overwrite) // what a driver left behind that was killed
          .parquet(staging.toString());
      spark.sparkContext().removeSparkListener(progress);
    }
    return rows;
  }

  private TranslatePartition partition(InputTable input, LongAccumulator done) {
    return new TranslatePartition(
        model, options.window(), input.columns().length(), input.textColumn(), done);
  }

  private Dataset<Row> accepted(Dataset<Row> answers) {
    return answers
        .where(functions.col(AnswerColumns.REASON).isNull())
        .drop(AnswerColumns.REASON, AnswerColumns.MESSAGE);
  }

  private Dataset<Row> rejected(Dataset<Row> answers, InputTable input) {
    List<String> kept = new ArrayList<>(List.of(AnswerColumns.ROW));
    kept.addAll(List.of(input.columns().fieldNames()));
    kept.addAll(List.of(AnswerColumns.REASON, AnswerColumns.MESSAGE));
    return answers
        .where(functions.col(AnswerColumns.REASON).isNotNull())
        .select(
            kept.stream()
                .map(name -> functions.col("`" + name.replace("`", "``") + "`"))
                .toArray(org.apache.spark.sql.Column[]::new));
  }

  private void write(Dataset<Row> rows, String path) {
    DataFrameWriter<Row> writer =
        rows.orderBy(AnswerColumns.ROW).write().format(options.outputFormat().toString());
    if (options.outputFormat() == DataFormat.CSV) {
      writer = writer.option("header", "true").option("escape", "\"");
    }
    writer.mode(options.overwrite() ? SaveMode.Overwrite : SaveMode.ErrorIfExists).save(path);
  }

  /** Refuses what would be lost, before hours of work and not after them. */
  private void requireFree(String option, String directory) throws IOException {
    Path path = qualified(directory);
    for (String other : Stream.of(options.input(), options.output(), options.rejected()).toList()) {
      if (!other.equals(directory) && isWithin(qualified(other), path)) {
        throw new UsageException(
            option + " " + directory + " holds " + other + "; name a directory of its own");
      }
    }
    if (options.input().equals(directory) || options.output().equals(options.rejected())) {
      throw new UsageException(
          "--input, --output and --rejected must be three paths, but were "
              + String.join(", ", options.input(), options.output(), options.rejected()));
    }
    if (!options.overwrite() && fileSystem(path).exists(path)) {
      throw new UsageException(
          option + " " + directory + " exists already; name another directory or add --overwrite");
    }
  }

  private static boolean isWithin(Path path, Path directory) {
    for (Path each = path; each != null; each = each.getParent()) {
      if (each.equals(directory)) {
        return true;
      }
    }
    return false;
  }

  private Path qualified(String path) throws IOException {
    Path plain = new Path(path);
    return fileSystem(plain).makeQualified(plain);
  }

  private FileSystem fileSystem(Path path) throws IOException {
    return path.getFileSystem(spark.sparkContext().hadoopConfiguration());
  }
}
