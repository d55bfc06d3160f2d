package io.l2s.test;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.GenerationResult;
import io.l2s.HybridLanguageModel;
import io.l2s.Route;
import io.l2s.ServingOptions;
import io.l2s.autoconfigure.HybridLanguageModelFactory;
import io.l2s.autoconfigure.L2sAutoConfiguration;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The tiny pair on the real engine. */
class TinyPairTests {

  private final ApplicationContextRunner contexts =
      new ApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(L2sAutoConfiguration.class));

  @Test
  void thePairIsConfiguredByItsLocation() {
    contexts
        .withPropertyValues("l2s.bundle=" + TinyPair.LOCATION)
        .run(context -> assertAnswers(context.getBean(HybridLanguageModel.class)));
  }

  @Test
  void thePairIsLoadedByOneCall() {
    contexts
        .withUserConfiguration(Tiny.class)
        .run(context -> assertAnswers(context.getBean(HybridLanguageModel.class)));
  }

  @Configuration(proxyBeanMethods = false)
  static class Tiny {

    @Bean
    HybridLanguageModel tiny(HybridLanguageModelFactory factory) {
      return factory.create("tiny", TinyPair.bundle(), ServingOptions.builder().build());
    }
  }

  private static void assertAnswers(HybridLanguageModel model) {
    GenerationResult hybrid = model.generateFrom("Where is the station?");
    assertThat(hybrid.text()).isEqualTo("Wie ist dieser überwas?");
    assertThat(hybrid.route()).isEqualTo(Route.HYBRID);
    assertThat(model.routes()).containsExactlyInAnyOrder(Route.HYBRID, Route.LLM_ONLY);
  }

  @Test
  void everyFileOfThePairHasADigest() throws Exception {
    Path directory = TinyPair.bundle().directory();
    try (var files = Files.walk(directory)) {
      assertThat(
              files
                  .filter(Files::isRegularFile)
                  .map(file -> directory.relativize(file).toString())
                  .filter(file -> !file.equals("l2s.json")))
          .containsExactlyInAnyOrderElementsOf(TinyPair.bundle().sha256().keySet());
    }
  }
}
