package io.l2s.autoconfigure.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;

/** Bounds of bodies that are no bounds end the start with the name of their property. */
class BodyLimitsTests {

  private final WebApplicationContextRunner runner =
      new WebApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(L2sWebAutoConfiguration.class))
          .withPropertyValues("l2s.web.json-body.paths=/api/**");

  @ParameterizedTest
  @CsvSource({
    "max-size, 0B",
    "max-size, -1B",
    "max-size, 3GB",
    "timeout, 0s",
    "timeout, -1s",
    "timeout, 999999999d"
  })
  void aBoundOutOfRangeIsNamed(String property, String value) {
    runner
        .withPropertyValues("l2s.web.json-body." + property + "=" + value)
        .run(
            context ->
                assertThat(cause(Objects.requireNonNull(context.getStartupFailure())))
                    .isInstanceOfSatisfying(
                        InvalidConfigurationPropertyValueException.class,
                        failure ->
                            assertThat(failure.getName())
                                .isEqualTo("l2s.web.json-body." + property)));
  }

  @ParameterizedTest
  @CsvSource({"max-size, 1B", "max-size, 1GB", "timeout, 1ms", "timeout, 1d"})
  void theOuterBoundsAreTaken(String property, String value) {
    runner
        .withPropertyValues("l2s.web.json-body." + property + "=" + value)
        .run(context -> assertThat(context).hasSingleBean(JsonBodyFilter.class));
  }

  private static Throwable cause(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
