package io.l2s.samples.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l2s.Precision;
import io.l2s.samples.spark.FaultyModel.Fault;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job on the bundled pair. */
class TranslationJobTests {

  // Absolute, since executors have a working directory of their own; f32 answers alike everywhere.
  private static final ModelSettings MODEL =
      new ModelSettings(
          Path.of("samples/models/en-de").toAbsolutePath().toString(),
          "1",
          Precision.F32,
          16,
          64,
          64);

  private static final List<String> SENTENCES =
      List.of("Where is the station?", "Yes.", "I would like a cup of tea.", "Thank you.");

  @TempDir private Path directory;

  private final AtomicInteger executorsLost = new AtomicInteger();

  private final SparkListener executors =
      new SparkListener() {
        @Override
        public void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
          executorsLost.incrementAndGet();
        }
      };

  private SparkSession spark;

  @AfterEach
  void stop() throws IOException {
    if (spark != null) {
      spark.close();
    }
  }

  @Test
  void csvKeepsOrderAndColumnsAndGivesReasons() throws IOException {
    Path input = directory.resolve("in.csv");
    Files.writeString(
        input,
        "id,english\n"
            + "7,Where is the station?\n"
            + "3,\n"
            + "9,\"Yes, of course.\"\n"
            + "4,\"\"\n"
            + "5,one,field,too many\n"
            + "2,"
            + "very ".repeat(80)
            + "long\n"
            + "8,caf\uFFFD\n"
            + "1,Thank you.\n");

    Summary summary = run("local[2,4]", input.toString(), DataFormat.CSV, 3, MODEL);

    assertThat(summary.rows()).isEqualTo(8);
    assertThat(summary.translated()).isEqualTo(3);
    assertThat(Files.readString(onlyFile("out")))
        .startsWith("row,id,english,translation,route,finish_reason,degradation\n")
        .contains("0,7,Where is the station?,Wo ist der Bahnhof?,HYBRID,EOS,\n");
    assertThat(output("out").select("id").collectAsList())
        .extracting(row -> row.getString(0))
        .containsExactly("7", "9", "1");
    assertThat(output("rejected").select("row", "id", "reason").collectAsList())
        .extracting(row -> row.mkString(" "))
        .containsExactly("1 3 EMPTY", "3 4 EMPTY", "4 5 MALFORMED", "5 2 TOO_LONG", "6 8 INVALID");
    assertThat(output("rejected").select("message").collectAsList())
        .extracting(row -> row.getString(0))
        .anyMatch(message -> message.contains("5,one,field,too many"))
        .anyMatch(message -> message.contains("at most 64 tokens long"));
  }

  @Test
  void parquetKeepsTypes() throws IOException {
    spark("local[2,4]");
    String input = parquet(10);

    Summary summary = run("local[2,4]", input, DataFormat.PARQUET, 4, MODEL);

    assertThat(summary.translated()).isEqualTo(10);
    Dataset<Row> output = spark.read().parquet(directory.resolve("out").toString());
    assertThat(output.schema().apply("id").dataType()).isEqualTo(DataTypes.LongType);
    assertThat(ids("out")).containsExactly(LongStream.range(0, 10).boxed().toArray(Long[]::new));
    assertThat(output.orderBy("row").first().<String>getAs("translation"))
        .isEqualTo("Wo ist der Bahnhof?");
  }

  @Test
  void failedTasksGiveNoRowTwice() throws IOException {
    spark("local[2,4]");
    String input = parquet(60);

    Summary summary =
        run(
            "local[2,4]",
            input,
            DataFormat.PARQUET,
            20,
            new FaultyModel(MODEL, Fault.FIRST_ATTEMPT));

    assertThat(summary.translated()).isEqualTo(60);
    assertThat(ids("out")).containsExactly(LongStream.range(0, 60).boxed().toArray(Long[]::new));
  }

  @Test
  void aModelThatKeepsFailingFailsTheJobAndLeavesNoOutput() throws IOException {
    spark("local[1,1]");
    String input = parquet(20);

    assertThatThrownBy(
            () ->
                run(
                    "local[1,1]",
                    input,
                    DataFormat.PARQUET,
                    20,
                    new FaultyModel(MODEL, Fault.FIRST_ATTEMPT)))
        .hasStackTraceContaining("the first attempt fails");

    assertThat(directory.toFile().list()).containsExactly("in.parquet");
  }

  @Test
  void anExecutorThatDiesLosesNoRow() throws IOException {
    spark("local-cluster[2,1,1024]");
    String input = parquet(60);

    Summary summary =
        run(
            "local-cluster[2,1,1024]",
            input,
            DataFormat.PARQUET,
            20,
            new FaultyModel(MODEL, Fault.EXECUTOR_DIES));

    assertThat(summary.translated()).isEqualTo(60);
    assertThat(ids("out")).containsExactly(LongStream.range(0, 60).boxed().toArray(Long[]::new));
    assertThat(executorsLost.get()).isPositive();
  }

  @Test
  void anAnswerByAnotherRouteSaysSo() throws IOException {
    spark("local[1,4]");
    String input = parquet(3);

    Summary summary =
        run("local[1,4]", input, DataFormat.PARQUET, 20, new FaultyModel(MODEL, Fault.SLM));

    assertThat(summary.degraded()).isEqualTo(3);
    Row first = spark.read().parquet(directory.resolve("out").toString()).orderBy("row").first();
    assertThat(first.<String>getAs("route")).isEqualTo("LLM_ONLY");
    assertThat(first.<String>getAs("degradation")).startsWith("SLM_FAILED: ");
  }

  private SparkSession spark(String master) {
    if (spark == null) {
      spark =
          SparkSession.builder()
              .config(
                  SparkSettings.of(
                      master,
                      Map.of(
                          "spark.executor.extraClassPath",
                          System.getProperty("java.class.path"),
                          "spark.jars",
                          "")))
              .getOrCreate();
      spark.sparkContext().addSparkListener(executors);
    }
    return spark;
  }

  private Summary run(
      String master, String input, DataFormat format, int rowsPerTask, ModelSource model)
      throws IOException {
    TranslationJob.Options options =
        new TranslationJob.Options(
            input,
            format,
            "english",
            directory.resolve("out").toString(),
            format,
            directory.resolve("rejected").toString(),
            "translation",
            rowsPerTask,
            8,
            false);
    return new TranslationJob(spark(master), options, model, new PrintWriter(System.err)).run();
  }

  /** Writes {@code rows} sentences with ids from 0. */
  private String parquet(int rows) {
    String path = directory.resolve("in.parquet").toString();
    spark
        .createDataFrame(
            IntStream.range(0, rows)
                .mapToObj(i -> RowFactory.create((long) i, SENTENCES.get(i % SENTENCES.size())))
                .toList(),
            new StructType().add("id", DataTypes.LongType).add("english", DataTypes.StringType))
        .coalesce(1)
        .write()
        .parquet(path);
    return path;
  }

  private Dataset<Row> output(String name) {
    return spark
        .read()
        .options(DataFormat.CSV_OPTIONS)
        .csv(directory.resolve(name).toString())
        .orderBy("row");
  }

  private List<Long> ids(String name) {
    return spark
        .read()
        .parquet(directory.resolve(name).toString())
        .orderBy("row")
        .select("id")
        .collectAsList()
        .stream()
        .map(row -> row.getLong(0))
        .toList();
  }

  private Path onlyFile(String name) throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve(name))) {
      return files
          .filter(file -> file.toString().endsWith(".csv"))
          .reduce((one, other) -> Assertions.fail("two files: " + one + ", " + other))
          .orElseThrow();
    }
  }
}
