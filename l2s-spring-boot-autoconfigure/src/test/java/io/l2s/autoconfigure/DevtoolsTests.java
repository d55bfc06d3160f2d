package io.l2s.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An application under devtools, in a JVM of its own, whose settings change while it runs. */
@Timeout(300)
class DevtoolsTests {

  @TempDir private Path directory;

  @Test
  void theModelAnswersAfterEachRestart() throws Exception {
    Path application = directory.resolve("application");
    copyClass(DevtoolsApplication.class, application);
    Path settings = application.resolve("application.properties");
    Files.writeString(settings, "start=1\n");
    // A project of its own has l2s in jars, which devtools does not load anew.
    Path excludes = application.resolve("META-INF/spring-devtools.properties");
    Files.createDirectories(excludes.getParent());
    Files.writeString(excludes, "restart.exclude.l2s=/target/(test-)?classes/\n");

    String written = run(application, settings);

    assertThat(written)
        .containsSubsequence(
            "start 1 by HYBRID in RestartClassLoader",
            "start 2 by HYBRID in RestartClassLoader",
            "start 3 by HYBRID in RestartClassLoader");
    assertThat(written.split("ai.djl.offline=true set", -1))
        .as("starts of the engine in " + written)
        .hasSize(2);
    assertThat(written.split("Started model default", -1)).as(written).hasSize(4);
  }

  private static void copyClass(Class<?> type, Path directory) throws IOException {
    String name = type.getName().replace('.', '/') + ".class";
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    try (InputStream content = type.getClassLoader().getResourceAsStream(name)) {
      Files.copy(content, file);
    }
  }

  private String run(Path application, Path settings) throws Exception {
    Path output = directory.resolve("output.txt");
    String classPath = application + File.pathSeparator + System.getProperty("java.class.path");
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-cp",
            classPath,
            DevtoolsApplication.class.getName(),
            "--settings=" + settings,
            "--server.port=0",
            "--l2s.warm-up=false",
            "--l2s.bundle=" + Models.BUNDLE,
            "--spring.devtools.livereload.enabled=false",
            "--spring.devtools.restart.poll-interval=200ms",
            "--spring.devtools.restart.quiet-period=100ms");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      boolean ended = process.waitFor(200, TimeUnit.SECONDS);
      String written = Files.readString(output, StandardCharsets.UTF_8);
      assertThat(ended).as("the third start came, but saw " + written).isTrue();
      assertThat(process.exitValue()).as(written).isZero();
      return written;
    } finally {
      process.destroyForcibly();
    }
  }
}
