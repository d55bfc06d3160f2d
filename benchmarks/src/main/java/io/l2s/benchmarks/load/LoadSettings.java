package io.l2s.benchmarks.load;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The options of a load.
 *
 * @param minutes length of the three phases together
 * @param jar the packaged sample
 * @param out directory for the results
 */
record LoadSettings(double minutes, Path jar, Path out) {

  private static final String USAGE =
      "usage: LoadRun [--minutes=N] [--jar=FILE] [--out=DIR], in the directory of the repository";

  static LoadSettings parse(String... arguments) {
    LoadSettings settings =
        new LoadSettings(
            30,
            Path.of("samples/translation-web/target/translation-web-0.1.0-SNAPSHOT.jar"),
            Path.of("runs/load"));
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      String value = argument.substring(equals + 1);
      settings =
          switch (equals < 0 ? argument : argument.substring(0, equals)) {
            case "--minutes" -> new LoadSettings(minutes(value), settings.jar, settings.out);
            case "--jar" -> new LoadSettings(settings.minutes, Path.of(value), settings.out);
            case "--out" -> new LoadSettings(settings.minutes, settings.jar, Path.of(value));
            default -> throw new IllegalArgumentException(USAGE + "; unknown: " + argument);
          };
    }
    if (!Files.isRegularFile(settings.jar)) {
      throw new IllegalArgumentException(
          "--jar is "
              + settings.jar
              + ", but there is no such file; ./mvnw -DskipTests package makes it");
    }
    return settings;
  }

  private static double minutes(String value) {
    double minutes;
    try {
      minutes = Double.parseDouble(value);
    } catch (NumberFormatException e) {
      minutes = Double.NaN;
    }
    if (!(minutes >= 0.1 && minutes <= 600)) {
      throw new IllegalArgumentException("--minutes must be between 0.1 and 600, but was " + value);
    }
    return minutes;
  }
}
