package io.l2s.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** {@code l2s help}: the same as {@code --help}. */
@Command(
    name = "help",
    description = "Show the commands, or the options and examples of one.",
    footer = {"%nExample:", "  l2s help generate"})
final class HelpCommand implements Runnable {

  @Spec private CommandSpec command;

  @Parameters(paramLabel = "COMMAND", arity = "0..1", description = "Command to show.")
  private @Nullable String name;

  @Override
  public void run() {
    CommandLine all = command.parent().commandLine();
    CommandLine shown = name == null ? all : all.getSubcommands().get(name);
    if (shown == null) {
      throw new UnmatchedArgumentException(all, List.of(String.valueOf(name)));
    }
    shown.usage(command.commandLine().getOut());
  }
}
