package io.l2s.autoconfigure.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.jackson.JacksonAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;

/** Strict JSON with and without the Jackson that it is made for. */
class StrictJsonTests {

  private final WebApplicationContextRunner runner =
      new WebApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(L2sWebAutoConfiguration.class));

  @Test
  void itIsAModuleOfJackson2() {
    runner
        .withPropertyValues("l2s.web.strict-json=true")
        .run(context -> assertThat(context).hasSingleBean(StrictJsonModule.class));
  }

  @Test
  void withoutJackson2TheStartFailsWithTheProperty() {
    WebApplicationContextRunner without =
        runner.withClassLoader(new FilteredClassLoader(JacksonAutoConfiguration.class));
    without.run(context -> assertThat(context).hasNotFailed());
    without
        .withPropertyValues("l2s.web.strict-json=true")
        .run(
            context ->
                assertThat(context.getStartupFailure())
                    .rootCause()
                    .hasMessageContaining("l2s.web.strict-json")
                    .hasMessageContaining("It needs Jackson 2."));
  }
}
