package io.l2s;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The values of sampling that a builder was given; null where it was given none. */
final class SamplingSettings {

  @Nullable Boolean doSample;
  @Nullable Double temperature;
  @Nullable Integer topK;
  @Nullable Double topP;
  @Nullable Double minP;
  @Nullable Double typicalP;
  @Nullable Long seed;

  /** Takes all values of {@code sampling}. */
  void set(Sampling sampling) {
    Sampling standard = Sampling.STANDARD;
    doSample = true;
    temperature = changed(sampling.temperature(), standard.temperature());
    topK = changed(sampling.topK(), standard.topK());
    topP = changed(sampling.topP(), standard.topP());
    minP = changed(sampling.minP(), standard.minP());
    typicalP = changed(sampling.typicalP(), standard.typicalP());
    seed = sampling.seed().isPresent() ? sampling.seed().getAsLong() : null;
  }

  private static <T> @Nullable T changed(T value, T standard) {
    return value.equals(standard) ? null : value;
  }

  /** Whether tokens are drawn at random. */
  boolean on() {
    return doSample == null ? !given().isEmpty() : doSample;
  }

  /** Names of the values that are set, {@code doSample} aside. */
  List<String> given() {
    List<String> given = new ArrayList<>();
    addIfSet(given, "temperature", temperature);
    addIfSet(given, "topK", topK);
    addIfSet(given, "topP", topP);
    addIfSet(given, "minP", minP);
    addIfSet(given, "typicalP", typicalP);
    addIfSet(given, "seed", seed);
    return given;
  }

  private static void addIfSet(List<String> given, String name, @Nullable Object value) {
    if (value != null) {
      given.add(name);
    }
  }

  /**
   * The sampling; empty if it is off.
   *
   * @throws InvalidRequestException naming the value that is out of range, or {@code doSample} if
   *     it is off beside other values
   */
  Optional<Sampling> checked() {
    Sampling standard = Sampling.STANDARD;
    Sampling sampling =
        new Sampling(
            or(temperature, standard.temperature()),
            or(topK, standard.topK()),
            or(topP, standard.topP()),
            or(minP, standard.minP()),
            or(typicalP, standard.typicalP()),
            seed == null ? OptionalLong.empty() : OptionalLong.of(seed));
    List<String> given = given();
    if (Boolean.FALSE.equals(doSample) && !given.isEmpty()) {
      throw new InvalidRequestException(
          "doSample",
          "true or left out beside " + String.join(", ", given),
          false,
          given.toArray(String[]::new));
    }
    return on() ? Optional.of(sampling) : Optional.empty();
  }

  private static <T> T or(@Nullable T value, T standard) {
    return value == null ? standard : value;
  }
}
