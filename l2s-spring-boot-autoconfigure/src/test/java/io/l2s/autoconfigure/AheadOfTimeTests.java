package io.l2s.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An application that starts from the code that Spring generates of it, in a JVM of its own. */
@Timeout(300)
class AheadOfTimeTests {

  /** Without devtools, which a packaged application does not have either. */
  private static final String CLASS_PATH =
      Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
          .filter(entry -> !entry.contains("spring-boot-devtools"))
          .collect(Collectors.joining(File.pathSeparator));

  @TempDir private Path directory;

  @Test
  void theModelsAnswerInAnApplicationOfGeneratedCode() throws Exception {
    Path sources = directory.resolve("sources");
    Path resources = directory.resolve("resources");
    Path classes = directory.resolve("classes");
    java(
        CLASS_PATH,
        "org.springframework.boot.SpringApplicationAotProcessor",
        AheadOfTimeApplication.class.getName(),
        sources.toString(),
        resources.toString(),
        classes.toString(),
        "io.l2s",
        "ahead-of-time");
    assertThat(sources.resolve("io/l2s/autoconfigure/L2sAutoConfiguration__BeanDefinitions.java"))
        .exists();
    String classPath = String.join(File.pathSeparator, "" + classes, "" + resources, CLASS_PATH);
    compile(sources, classes, classPath);

    assertThat(
            java(
                classPath,
                "-Dspring.aot.enabled=true",
                "-Dl2s.threads=999",
                AheadOfTimeApplication.class.getName()))
        .contains("generated code: true", "default by HYBRID", "second by HYBRID")
        .contains("l2s.threads=999 counts as ", "threads (999 as set, but ", ", projector 0.")
        .containsSubsequence(
            "local.server.port: HTTP/1.1 400",
            "application/problem+json",
            "local.management.port: HTTP/1.1 400",
            "application/problem+json");
  }

  private static void compile(Path sources, Path classes, String classPath) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("-proc:none", "-nowarn", "-parameters"));
    arguments.addAll(List.of("-d", "" + classes, "-cp", classPath));
    try (Stream<Path> files = Files.walk(sources)) {
      files.map(Path::toString).filter(file -> file.endsWith(".java")).forEach(arguments::add);
    }
    int problems =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, arguments.toArray(String[]::new));
    assertThat(problems).as("exit code of the compiler").isZero();
  }

  /** Runs a JVM and gives what it wrote. */
  private String java(String classPath, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx512m", "-cp", classPath));
    command.addAll(List.of(arguments));
    Path output = directory.resolve("output.txt");
    int exit =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start()
            .waitFor();
    String written = Files.readString(output, StandardCharsets.UTF_8);
    assertThat(exit).as(written).isZero();
    return written;
  }
}
