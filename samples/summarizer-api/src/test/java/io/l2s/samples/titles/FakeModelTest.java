package io.l2s.samples.titles;

import io.l2s.test.AutoConfigureL2sTest;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;

/**
 * The service with a fake model and tight bounds. All classes with this annotation share one start.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "l2s.web.json-body.max-size=10KB",
      "titles.max-characters=1000",
      "resilience4j.ratelimiter.configs.titles.limit-for-period=6",
      "resilience4j.ratelimiter.configs.titles.limit-refresh-period=1h",
      // The client's address is what a proxy says, so each Http is another client.
      "server.forward-headers-strategy=native",
      "spring.datasource.url=jdbc:h2:mem:shared"
    })
@AutoConfigureL2sTest
@Timeout(120)
public @interface FakeModelTest {}
