package io.l2s.cli;

import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code l2s completion}: a script for bash and zsh that completes commands and options. */
@Command(
    name = "completion",
    description = "Print a script that completes commands and options in bash and zsh.",
    footer = {"%nExample, for this shell:", "  source <(l2s completion)"})
final class CompletionCommand implements Runnable {

  @Spec private CommandSpec command;

  @Override
  public void run() {
    CommandLine all = command.parent().commandLine();
    command.commandLine().getOut().print(AutoComplete.bash(all.getCommandName(), all));
  }
}
