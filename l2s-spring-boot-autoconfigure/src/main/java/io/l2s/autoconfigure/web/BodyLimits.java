package io.l2s.autoconfigure.web;

import java.time.Duration;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.unit.DataSize;

/**
 * How large and how slow a request's body may be.
 *
 * @param maxBytes largest body
 * @param timeout from the request's first line to the body's last byte
 */
public record BodyLimits(int maxBytes, Duration timeout) {

  private static final DataSize LARGEST = DataSize.ofGigabytes(1);
  private static final Duration LONGEST = Duration.ofDays(1);

  /**
   * Checks the values of two properties.
   *
   * @throws InvalidConfigurationPropertyValueException naming the one that is out of bounds
   */
  public static BodyLimits of(
      String sizeProperty, DataSize size, String timeProperty, Duration time) {
    if (size.toBytes() < 1 || size.compareTo(LARGEST) > 0) {
      throw new InvalidConfigurationPropertyValueException(
          sizeProperty, size, "It must be between 1B and 1GB.");
    }
    if (time.compareTo(Duration.ofMillis(1)) < 0 || time.compareTo(LONGEST) > 0) {
      throw new InvalidConfigurationPropertyValueException(
          timeProperty, time, "It must be between 1ms and 1d.");
    }
    return new BodyLimits((int) size.toBytes(), time);
  }
}
