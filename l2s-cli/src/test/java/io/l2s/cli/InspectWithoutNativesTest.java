package io.l2s.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.l2s.Precision;
import io.l2s.assembly.ModelInspection;
import io.l2s.checkpoint.Checkpoint;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code l2s inspect} where the native library is missing or of another version. */
class InspectWithoutNativesTest {

  @TempDir private Path directory;

  @Test
  void withoutTheNativeLibraryAllThatNeedsNoneIsShown() throws Exception {
    assertThat(inspectedInt8(librariesWithoutNatives()))
        .contains("int8 could not be compared with float32: ", "pytorch-native-cpu")
        .containsPattern(" tokenizer with ids up to \\d+\n")
        .doesNotContain("PROBLEM");
  }

  @Test
  void withANativeLibraryOfAnotherVersionAllThatNeedsNoneIsShown() throws Exception {
    Path library = Files.createDirectories(directory.resolve("native/lib"));
    String platform = System.getProperty("os.arch").equals("aarch64") ? "aarch64" : "x86_64";
    Files.writeString(
        library.resolve("pytorch.properties"),
        "version=1.0.0\nclassifier=linux-" + platform + "\n");

    assertThat(inspectedInt8(directory + File.pathSeparator + librariesWithoutNatives()))
        .contains("int8 could not be compared with float32: ", "has version 1.0.0")
        .containsPattern(" tokenizer with ids up to \\d+\n")
        .doesNotContain("PROBLEM");
  }

  private static String librariesWithoutNatives() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(each -> !Path.of(each).getFileName().toString().startsWith("pytorch-native"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** What a process with the class path {@code libraries} shows of a model that runs in int8. */
  private static String inspectedInt8(String libraries) throws Exception {
    assumeThat(System.getProperty("os.name")).isEqualTo("Linux");
    Path model = Path.of("..", "samples", "models", "en-de", "llm");
    assumeThat(ModelInspection.automatic(Checkpoint.open(model))).isEqualTo(Precision.INT8);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                libraries,
                L2sCli.class.getName(),
                "inspect",
                model.toString())
            .redirectErrorStream(true)
            .start();
    String shown = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(shown).isZero();
    return shown;
  }
}
