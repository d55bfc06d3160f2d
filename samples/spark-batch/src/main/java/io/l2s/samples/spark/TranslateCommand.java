package io.l2s.samples.spark;

import io.l2s.Bundle;
import io.l2s.GenerationDefaults;
import io.l2s.InvalidSettingException;
import io.l2s.Precision;
import io.l2s.assembly.BundleReader;
import io.l2s.engine.ThreadOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkException;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The command: its arguments become Spark's settings, a model and a {@link TranslationJob}. */
@Command(
    name = "spark-batch",
    description = {
      "Translates a column of a CSV or Parquet file with a pair of models, by Apache Spark.",
      "Each row of the input becomes one row of --output or one row of --rejected."
    },
    usageHelpAutoWidth = true,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  spark-batch --input sentences.csv --text-column english --output german",
      "  spark-batch --input in.parquet --text-column text --output out --master local[2,4]",
      "  spark-batch --input /data/in --input-format parquet --text-column text --output /data/out"
          + " --master spark://127.0.0.1:7077 --conf spark.executor.cores=2"
          + " --conf spark.executor.memory=2g",
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:Each row is in one of the outputs; some may be rejected.",
      "1:The job failed; no output is complete.",
      "2:An argument is wrong; nothing was written."
    })
final class TranslateCommand implements Callable<Integer> {

  private static final int MAX_BATCH_SIZE = 1024;

  @Spec private CommandSpec command;

  @Option(
      names = "--input",
      required = true,
      paramLabel = "PATH",
      description = "A file, a directory or a pattern such as in/*.csv.")
  private String input;

  @Option(
      names = "--text-column",
      required = true,
      paramLabel = "NAME",
      description = "The column with the texts.")
  private String textColumn;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "The directory of the translated rows.")
  private String output;

  @Option(
      names = "--rejected",
      paramLabel = "DIR",
      description =
          "The directory of the rows without translation and their reasons; if not given, that of"
              + " --output with -rejected behind it.")
  private @Nullable String rejected;

  @Option(names = "--overwrite", description = "Replace what is in --output and --rejected.")
  private boolean overwrite;

  @Option(
      names = "--input-format",
      paramLabel = "csv|parquet",
      description = "If not given, the end of --input says it: .csv, .csv.gz or .parquet.")
  private @Nullable DataFormat inputFormat;

  @Option(
      names = "--output-format",
      paramLabel = "csv|parquet",
      description = "The format of both outputs; if not given, that of the input.")
  private @Nullable DataFormat outputFormat;

  @Option(
      names = "--output-column",
      defaultValue = "translation",
      paramLabel = "NAME",
      description = "The new column with the translation; ${DEFAULT-VALUE} if not given.")
  private String outputColumn;

  @Option(
      names = "--bundle",
      defaultValue = "samples/models/en-de",
      paramLabel = "DIR",
      description =
          "The pair of models: a directory on every executor, or the name of an archive of"
              + " spark.archives. If not given: ${DEFAULT-VALUE}.")
  private String bundle;

  @Option(
      names = "--precision",
      paramLabel = "auto|f32|bf16|int8",
      defaultValue = "auto",
      description = "Number format of the models; auto takes a fast one of the processor's.")
  private Precision precision;

  @Option(
      names = "--threads",
      paramLabel = "auto|N",
      description =
          "Threads of the model in each executor. If not given: spark.executor.cores where that is"
              + " set, else auto, as many as the machine has cores.")
  private @Nullable String threads;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      defaultValue = "64",
      description = "Rows that decode together, 1 to 1024; ${DEFAULT-VALUE} if not given.")
  private int batchSize;

  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      defaultValue = "256",
      description =
          "Longest translation in tokens, 1 to 4096; ${DEFAULT-VALUE} if not given. A longer one"
              + " ends there, and its finish_reason is LENGTH.")
  private int maxNewTokens;

  @Option(
      names = "--max-prompt-tokens",
      paramLabel = "N",
      defaultValue = "512",
      description =
          "Longest text in tokens, with the bundle's template around it; ${DEFAULT-VALUE} if not"
              + " given. A longer one is rejected.")
  private int maxPromptTokens;

  @Option(
      names = "--rows-per-task",
      paramLabel = "N",
      defaultValue = "1000",
      description =
          "Rows of one task, which are lost and tried again together; ${DEFAULT-VALUE} if not"
              + " given.")
  private int rowsPerTask;

  @Option(
      names = "--master",
      paramLabel = "URL",
      description =
          "Spark's master, such as spark://HOST:PORT, yarn or k8s://HOST:PORT. If not given: that"
              + " of spark-submit, else "
              + SparkSettings.LOCAL
              + ".")
  private @Nullable String master;

  @Option(
      names = "--conf",
      paramLabel = "KEY=VALUE",
      description = "A property of Spark; may be repeated.")
  private Map<String, String> conf = new LinkedHashMap<>();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean help;

  /** Runs the job and ends the JVM with its exit code. */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** The command with its messages and exit codes. */
  static CommandLine commandLine() {
    return new CommandLine(new TranslateCommand())
        .registerConverter(Precision.class, text -> choice(Precision.class, text))
        .registerConverter(DataFormat.class, text -> choice(DataFormat.class, text))
        .setParameterExceptionHandler(Failures::onUsage)
        .setExecutionExceptionHandler(Failures::onExecution);
  }

  private static <E extends Enum<E>> E choice(Class<E> type, String text) {
    for (E each : type.getEnumConstants()) {
      if (each.name().equalsIgnoreCase(text)) {
        return each;
      }
    }
    throw new TypeConversionException(
        "must be "
            + Arrays.stream(type.getEnumConstants())
                .map(each -> each.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "))
            + ", but was '"
            + text
            + "'");
  }

  @Override
  public Integer call() throws IOException {
    SparkConf settings = SparkSettings.of(master, conf);
    ModelSettings model = modelSettings(settings);
    TranslationJob.Options options = options(model);
    requireBundle(settings);
    try (SparkSession spark = start(settings)) {
      Summary summary =
          new TranslationJob(spark, options, model, command.commandLine().getErr()).run();
      command.commandLine().getOut().println(summary.words());
      command.commandLine().getOut().flush();
    }
    return ExitCode.OK;
  }

  private TranslationJob.Options options(ModelSettings model) {
    DataFormat format =
        inputFormat != null
            ? inputFormat
            : DataFormat.of(input)
                .orElseThrow(
                    () ->
                        new UsageException(
                            "--input "
                                + input
                                + " does not end with .csv, .csv.gz or .parquet; add --input-format"
                                + " csv or --input-format parquet"));
    return new TranslationJob.Options(
        input,
        format,
        textColumn,
        output,
        outputFormat != null ? outputFormat : format,
        rejected != null ? rejected : output + "-rejected",
        outputColumn,
        within("--rows-per-task", 1, 1_000_000, rowsPerTask),
        model.window(),
        overwrite);
  }

  /** Looks at the bundle before Spark starts, where the driver can see it. */
  private void requireBundle(SparkConf settings) {
    Path directory = Path.of(bundle);
    if (Files.isDirectory(directory)) {
      BundleReader.open(directory);
    } else if (SparkSettings.isLocal(settings) && !settings.contains("spark.archives")) {
      throw new UsageException(
          "--bundle " + bundle + " is no directory; name the one that has " + Bundle.FILE);
    }
  }

  private static SparkSession start(SparkConf settings) {
    try {
      return SparkSession.builder().config(settings).getOrCreate();
    } catch (Exception e) { // Spark's own is checked, but Scala does not declare it
      if (e instanceof SparkException) {
        throw new UsageException(
            "Spark does not start with --master "
                + settings.get("spark.master")
                + ": "
                + e.getMessage()
                + "; choose local[1,4], spark://HOST:PORT, yarn or k8s://HOST:PORT");
      }
      throw e;
    }
  }

  private ModelSettings modelSettings(SparkConf settings) {
    String count = threads != null ? threads : settings.get("spark.executor.cores", "auto");
    try {
      ThreadOptions.parse(count, "auto");
    } catch (InvalidSettingException e) {
      throw new UsageException("--threads must be " + e.bound() + ", but was '" + e.value() + "'");
    }
    // Executors have a working directory of their own.
    Path directory = Path.of(bundle);
    return new ModelSettings(
        Files.isDirectory(directory) ? directory.toAbsolutePath().toString() : bundle,
        count,
        precision,
        within("--batch-size", 1, MAX_BATCH_SIZE, batchSize),
        within("--max-new-tokens", 1, GenerationDefaults.MAX_NEW_TOKENS_LIMIT, maxNewTokens),
        within("--max-prompt-tokens", 1, 1_000_000, maxPromptTokens));
  }

  private int within(String option, int low, int high, int value) {
    if (value < low || value > high) {
      throw new UsageException(
          option + " must be between " + low + " and " + high + ", but was " + value);
    }
    return value;
  }
}
