package io.l2s.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompletionCommandTest {

  @TempDir Path directory;

  @BeforeEach
  void needsBash() {
    assumeThat(Path.of("/bin/bash")).as("the shell that runs the script").exists();
  }

  @Test
  void bashCompletesCommands() throws Exception {
    assertThat(completionsOf("gen")).containsExactly("generate");
    assertThat(completionsOf("q")).containsExactly("quantize");
    assertThat(completionsOf("jjj")).isEmpty();
  }

  @Test
  void bashCompletesTheOptionsOfACommand() throws Exception {
    assertThat(completionsOf("generate", "--num-b")).containsExactly("--num-beams");
    assertThat(completionsOf("train", "--num-b")).isEmpty();
  }

  /** What bash offers for the last of {@code words}. */
  private List<String> completionsOf(String... words) throws IOException, InterruptedException {
    Path script = Files.writeString(directory.resolve("completion"), CliRun.of("completion").out());
    String typed = String.join(" ", words);
    // Outside of a completion bash refuses compopt, which only sets how an offer is shown.
    String offer =
        "compopt() { :; }; source %s; COMP_LINE='l2s %s'; COMP_WORDS=(l2s %s); COMP_CWORD=%d; _complete_l2s;"
            + " printf '%%s\\n' \"${COMPREPLY[@]}\"";
    Process bash =
        new ProcessBuilder("/bin/bash", "-c", offer.formatted(script, typed, typed, words.length))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String out = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(bash.waitFor()).isZero();
    return out.lines().filter(line -> !line.isBlank()).toList();
  }
}
