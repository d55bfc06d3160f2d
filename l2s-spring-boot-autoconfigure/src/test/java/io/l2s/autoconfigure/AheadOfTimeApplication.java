package io.l2s.autoconfigure;

import io.l2s.GenerationRequest;
import org.springframework.aot.AotDetector;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/** An application with a named model beside the default one, which tells who answers. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
final class AheadOfTimeApplication {

  public static void main(String[] arguments) {
    try (ConfigurableApplicationContext context =
        new SpringApplicationBuilder(AheadOfTimeApplication.class)
            .web(WebApplicationType.NONE)
            .properties(
                "l2s.warm-up=false",
                "l2s.bundle=" + Models.BUNDLE,
                "l2s.models.second.warm-up=false",
                "l2s.models.second.bundle=" + Models.BUNDLE)
            .run(arguments)) {
      System.out.println("generated code: " + AotDetector.useGeneratedArtifacts());
      GenerationRequest request = GenerationRequest.of("a b c").withMaxNewTokens(3);
      for (ServedModel model : context.getBean(HybridLanguageModels.class).all()) {
        System.out.println(model.name() + " by " + model.model().generate(request).route());
      }
    }
  }
}
