package io.l2s.autoconfigure.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;

/** Strict JSON without a Jackson that it is made for. */
class StrictJsonTests {

  private final WebApplicationContextRunner runner =
      new WebApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(L2sWebAutoConfiguration.class))
          .withClassLoader(
              new FilteredClassLoader(
                  "org.springframework.boot.autoconfigure.jackson",
                  "org.springframework.boot.jackson"));

  @Test
  void theStartFailsWithTheProperty() {
    runner
        .withPropertyValues("l2s.web.strict-json=true")
        .run(
            context ->
                assertThat(context.getStartupFailure())
                    .rootCause()
                    .hasMessageContaining("l2s.web.strict-json")
                    .hasMessageContaining("It needs Jackson."));
  }

  @Test
  void otherApplicationsStart() {
    runner.run(context -> assertThat(context).hasNotFailed());
  }
}
