package io.l2s.engine;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The C library's environment of this process, on Linux. Java cannot change its own environment.
 *
 * @param osName the system, as {@code os.name} has it
 * @param maps what the process has loaded, in the format of {@code /proc/self/maps}
 * @param changes whether {@link #set} changes something
 */
record ProcessEnvironment(String osName, Path maps, boolean changes)
    implements SpinSetting.Environment {

  private static final String ENGINE = "/libtorch_cpu.so";

  /** The environment of this process. */
  static ProcessEnvironment current() {
    return new ProcessEnvironment(System.getProperty("os.name"), Path.of("/proc/self/maps"), true);
  }

  /** The same platform, for a description; nothing is set. */
  ProcessEnvironment unchanged() {
    return new ProcessEnvironment(osName, maps, false);
  }

  @Override
  public Optional<SpinSetting.Refusal> refusal() {
    if (!osName.startsWith("Linux")) {
      return Optional.of(new SpinSetting.Refusal("l2s sets a wait on Linux only", false));
    }
    if (hasEngine()) {
      return Optional.of(
          new SpinSetting.Refusal("other code in this JVM has loaded the engine before l2s", true));
    }
    try {
      setenv();
      return Optional.empty();
    } catch (LinkageError | RuntimeException e) {
      return Optional.of(
          new SpinSetting.Refusal("the C library's setenv cannot be called: " + e, true));
    }
  }

  private boolean hasEngine() {
    // Names of files may have any bytes; Latin-1 reads all of them.
    try (Stream<String> lines = Files.lines(maps, StandardCharsets.ISO_8859_1)) {
      return lines.anyMatch(line -> line.contains(ENGINE));
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void set(String name, String value) {
    if (!changes) {
      return;
    }
    int failed = setenv().invokeInt(new Object[] {name, value, 1});
    if (failed != 0) {
      throw new IllegalStateException("setenv of " + name + "=" + value + " returned " + failed);
    }
  }

  private static Function setenv() {
    return NativeLibrary.getInstance("c").getFunction("setenv");
  }
}
