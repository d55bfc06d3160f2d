package io.l2s.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads a program's source. TorchScript has no constants of a file, so names in capitals stand for
 * numbers and are put in here: those of {@link ScalarType}, and those that a file declares on a
 * line of its own, as in {@code MASKED = -1e9}.
 */
final class ProgramSource {

  private static final Pattern DECLARATION =
      Pattern.compile("(?m)^([A-Z][A-Z0-9_]*) = (-?[0-9]\\S*)$");

  private static final Pattern NAME = Pattern.compile("\\b[A-Z][A-Z0-9_]*\\b");

  private ProgramSource() {}

  /**
   * The files beside {@code owner}, one behind the other; lines keep their numbers.
   *
   * @throws IllegalStateException if a file is missing, or two declare a name
   */
  static String read(Class<?> owner, List<String> resources) {
    return withNumbers(
        resources.stream().map(resource -> read(owner, resource)).collect(Collectors.joining()));
  }

  static String withNumbers(String source) {
    Map<String, String> numbers = new HashMap<>();
    for (ScalarType type : ScalarType.values()) {
      numbers.put(type.name(), String.valueOf(type.code()));
    }
    Matcher declared = DECLARATION.matcher(source);
    while (declared.find()) {
      if (numbers.put(declared.group(1), declared.group(2)) != null) {
        throw new IllegalStateException(declared.group(1) + " is declared twice");
      }
    }
    return NAME.matcher(declared.replaceAll(""))
        .replaceAll(name -> numbers.getOrDefault(name.group(), name.group()));
  }

  private static String read(Class<?> owner, String resource) {
    try (InputStream in = owner.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + resource + " beside " + owner.getName());
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
