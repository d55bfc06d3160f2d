package io.l2s.autoconfigure;

import io.l2s.GenerationRequest;
import io.l2s.HybridLanguageModel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * An application that changes its own settings after an answer, so that devtools restarts it, and
 * ends after its third start. It is public, as devtools loads it by a class loader of its own.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class DevtoolsApplication {

  private static final int STARTS = 3;

  public static void main(String[] arguments) {
    SpringApplication.run(DevtoolsApplication.class, arguments);
  }

  @Bean
  ApplicationRunner answer(
      HybridLanguageModel model,
      @Value("${start}") int start,
      @Value("${settings}") Path settings) {
    return arguments -> {
      GenerationRequest request = GenerationRequest.of("a b c").withMaxNewTokens(3);
      System.out.printf(
          "start %d by %s in %s%n",
          start,
          model.generate(request).route(),
          DevtoolsApplication.class.getClassLoader().getClass().getSimpleName());
      if (start == STARTS) {
        System.exit(0);
      }
      Files.writeString(settings, "start=" + (start + 1) + "\n");
    };
  }
}
