package io.l2s.autoconfigure.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.autoconfigure.HybridLanguageModels;
import io.l2s.autoconfigure.L2sAutoConfiguration;
import io.l2s.engine.AvailableMemory;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** The reason that an operator gets for a reload that failed. */
class ReloadRefusalTests {

  @ParameterizedTest
  @CsvSource({"l2s, default", "l2s.models.en, en"})
  void namesThePropertiesOfTheModel(String prefix, String model) {
    AtomicLong free = new AtomicLong(Long.MAX_VALUE);
    new ApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(L2sAutoConfiguration.class))
        .withBean(AvailableMemory.class, () -> device -> OptionalLong.of(free.get()))
        .withPropertyValues(
            prefix + ".bundle=" + OperatedApplication.BUNDLE, prefix + ".warm-up=false")
        .run(
            context -> {
              HybridLanguageModels models = context.getBean(HybridLanguageModels.class);
              L2sEndpoint endpoint =
                  new L2sEndpoint(models, new ModelReports(models, BreakerStates.NONE));
              free.set(1 << 20);
              assertThat(String.valueOf(endpoint.reload(model).getBody()))
                  .contains(
                      "lower " + prefix + ".batch.max-size or " + prefix + ".batch.max-tokens");
            });
  }
}
