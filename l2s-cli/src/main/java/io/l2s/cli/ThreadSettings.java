package io.l2s.cli;

import io.l2s.InvalidSettingException;
import io.l2s.engine.NativeRuntime;
import io.l2s.engine.ThreadOptions;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options of every command that starts the engine: how many threads compute and how they wait. */
final class ThreadSettings {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  private String threads = "auto";
  private String waiting = "auto";

  @Option(
      names = "--threads",
      paramLabel = "auto|N",
      description =
          "Most threads that compute together; auto: as many as there are cores, and one for small"
              + " models that are faster so. A number above the number of cores counts as that. On"
              + " Linux there are fewer while other processes use the cores, except with --wait"
              + " active.")
  private void setThreads(String value) {
    threads = value;
    checked();
  }

  @Option(
      names = "--wait",
      paramLabel = "auto|active|passive|N",
      description =
          "How a thread waits for the others: active spins, passive sleeps, N spins N turns and"
              + " sleeps then. auto spins shortly, unless GOMP_SPINCOUNT or OMP_WAIT_POLICY is in"
              + " the environment. Choose active on cores that nobody shares. Takes effect on"
              + " Linux.")
  private void setWait(String value) {
    waiting = value;
    checked();
  }

  private ThreadOptions checked() {
    try {
      return ThreadOptions.parse(threads, waiting);
    } catch (InvalidSettingException e) {
      throw new ParameterException(
          command.commandLine(),
          names().apply(e.field()) + " must be " + e.bound() + ", but was '" + e.value() + "'");
    }
  }

  private OptionNames names() {
    return new OptionNames(command);
  }

  NativeRuntime start() {
    return NativeRuntime.start(Boolean.getBoolean("l2s.natives.download"), checked(), names());
  }
}
