package io.l2s.cli;

import io.l2s.checkpoint.OutputDirectory;
import io.l2s.checkpoint.TemporaryFiles;
import java.util.List;
import sun.misc.Signal;

/** Ends a command at Ctrl-C, {@code kill} and the closing of its terminal. */
final class Signals {

  private static final List<String> ENDING = List.of("HUP", "INT", "TERM");

  /** Shells add it to a signal's number for an exit code. */
  private static final int BY_SIGNAL = 128;

  private static volatile boolean haltsAtOnce = true;

  private Signals() {}

  /** From now on a signal ends the process with 128 and its number as exit code. */
  static void handle() {
    for (String name : ENDING) {
      try {
        Signal.handle(new Signal(name), Signals::end);
      } catch (IllegalArgumentException e) {
        // The platform has no such signal, or the JVM was started with -Xrs.
      }
    }
  }

  /** Sets whether a signal ends the command at once, or a hook of its own lets it finish. */
  static void haltAtOnce(boolean atOnce) {
    haltsAtOnce = atOnce;
  }

  // An orderly exit frees what the engine's libraries share while a native call may still be
  // running, which crashes the JVM. So what hooks would remove is removed here.
  private static void end(Signal signal) {
    int exitCode = BY_SIGNAL + signal.getNumber();
    if (!haltsAtOnce) {
      System.exit(exitCode);
    }
    try {
      OutputDirectory.deleteUnfinished();
      TemporaryFiles.deleteAll();
    } finally {
      Runtime.getRuntime().halt(exitCode);
    }
  }
}
