package io.l2s.cli;

import io.l2s.EarlyStopping;
import io.l2s.Fusion;
import io.l2s.InvalidSettingException;
import io.l2s.Precision;
import io.l2s.PromptTokenizer;
import io.l2s.Route;
import io.l2s.engine.DeviceSpec;
import io.l2s.engine.ProcessExit;
import io.l2s.projector.ProjectorKind;
import io.l2s.training.TrainingOptions.Decay;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.TypeConversionException;

/**
 * The {@code l2s} command.
 *
 * <p>Answers and tables go to standard output, everything else to standard error, both in UTF-8.
 * The exit code is 0 on success, 1 if a model or its data are at fault, 2 for wrong usage.
 */
@Command(
    name = "l2s",
    description = "LLM-to-SLM decoding: a large model reads the prompt, a small one writes.",
    scope = ScopeType.INHERIT,
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    usageHelpAutoWidth = true,
    sortOptions = false,
    synopsisSubcommandLabel = "COMMAND")
public final class L2sCli {

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Log what the engine does, and print the stack trace of an error.")
  private boolean verbose;

  /** Why a command failed that wrote to a closed pipe or a full disk. */
  static final String OUTPUT_LOST = "cannot write to standard output: it was closed or is full";

  private L2sCli() {}

  /** Runs the command named by {@code args} and ends the JVM with its exit code. */
  public static void main(String[] args) {
    Signals.handle();
    int exitCode =
        run(
            args,
            StandardInput.ofProcess(),
            new FileOutputStream(FileDescriptor.out),
            new FileOutputStream(FileDescriptor.err));
    ProcessExit.exit(exitCode);
  }

  /** Runs the command named by {@code args} on the given streams and returns its exit code. */
  static int run(String[] args, StandardInput in, OutputStream out, OutputStream err) {
    L2sCli cli = new L2sCli();
    CommandLine line = new CommandLine(cli);
    addCommands(line, args, in);
    line.registerConverter(EarlyStopping.class, new EnumNames<>(EarlyStopping.class))
        .registerConverter(Fusion.class, new EnumNames<>(Fusion.class))
        .registerConverter(PromptTokenizer.class, new EnumNames<>(PromptTokenizer.class))
        .registerConverter(ProjectorKind.class, new EnumNames<>(ProjectorKind.class))
        .registerConverter(Decay.class, new EnumNames<>(Decay.class))
        .registerConverter(Form.class, new EnumNames<>(Form.class))
        .registerConverter(Route.class, new EnumNames<>(Route.class))
        .registerConverter(Precision.class, new EnumNames<>(Precision.class))
        .registerConverter(Path.class, CommandPath::parse)
        .registerConverter(DeviceSpec.class, L2sCli::device)
        .registerConverter(MetricChoice.class, MetricChoice::parse)
        .setExpandAtFiles(false) // a prompt may start with @
        .setOut(utf8(out))
        .setErr(utf8(err));
    Failures failures = new Failures(() -> cli.verbose);
    line.setParameterExceptionHandler(failures::onUsage);
    line.setExecutionExceptionHandler(failures::onExecution);
    line.setExecutionStrategy(
        parsed -> {
          if (cli.verbose) {
            // Read by slf4j-simple when the first logger is made, which is after this point.
            System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "debug");
          }
          if (!namesCommand(parsed)) {
            line.usage(line.getErr());
            return ExitCode.USAGE;
          }
          return execute(parsed);
        });
    try {
      return withOutput(line, line.execute(args));
    } finally {
      line.getErr().flush();
    }
  }

  // Reading the options of all commands takes picocli a quarter of a second. So the others are left
  // out where the first argument names one.
  private static void addCommands(CommandLine line, String[] args, StandardInput in) {
    Map<String, Supplier<Object>> commands = commands(in);
    Supplier<Object> named = args.length == 0 ? null : commands.get(args[0]);
    if (named != null) {
      line.addSubcommand(named.get());
      return;
    }
    commands.values().forEach(command -> line.addSubcommand(command.get()));
    line.addSubcommand(new CompletionCommand());
    line.addSubcommand(new HelpCommand());
  }

  /** The commands by name, in the order of the help. */
  private static Map<String, Supplier<Object>> commands(StandardInput in) {
    Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
    commands.put("generate", () -> new GenerateCommand(in));
    commands.put("train", TrainCommand::new);
    // picocli transforms a command's model only where it is a CommandLine.
    commands.put("label", () -> new CommandLine(new LabelCommand()));
    commands.put("evaluate", EvaluateCommand::new);
    commands.put("score", ScoreCommand::new);
    commands.put("inspect", InspectCommand::new);
    commands.put("benchmark", BenchmarkCommand::new);
    commands.put("shrink", ShrinkCommand::new);
    commands.put("quantize", QuantizeCommand::new);
    return commands;
  }

  /** The exit code of a command once its output has left, which may fail as late as here. */
  private static int withOutput(CommandLine line, int exitCode) {
    if (!line.getOut().checkError() || exitCode != ExitCode.OK) {
      return exitCode;
    }
    line.getErr().println(line.getCommandName() + ": " + OUTPUT_LOST);
    return ExitCode.SOFTWARE;
  }

  private static boolean namesCommand(ParseResult parsed) {
    return parsed.hasSubcommand()
        || parsed.isUsageHelpRequested()
        || parsed.isVersionHelpRequested();
  }

  private static int execute(ParseResult parsed) {
    try {
      return new CommandLine.RunLast().execute(parsed);
    } catch (Error e) {
      // picocli would let an Error pass without exit code and message.
      CommandLine command = parsed.asCommandLineList().get(parsed.asCommandLineList().size() - 1);
      throw new ExecutionException(command, e.toString(), e);
    }
  }

  private static DeviceSpec device(String value) {
    try {
      return DeviceSpec.parse(value);
    } catch (InvalidSettingException e) {
      throw new TypeConversionException("must be " + e.bound() + ", but was '" + value + "'");
    }
  }

  private static PrintWriter utf8(OutputStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8));
  }
}
