package io.l2s.samples.translation.page;

import io.l2s.samples.translation.TranslationApplication;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.test.context.ActiveProfiles;

/**
 * Tests of the page in a real browser, on the bundled models with the fault panel. Test methods may
 * have a parameter of type {@link Page}. Where no browser is found, they are skipped.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(
    classes = TranslationApplication.class,
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "l2s.bundle=../models/en-de",
      "l2s.models.en-fr.bundle=../models/en-fr",
      // The formats whose answers do not differ between processors.
      "l2s.llm.precision=f32",
      "l2s.slm.precision=f32",
      "l2s.models.en-fr.llm.precision=f32",
      "l2s.models.en-fr.slm.precision=f32",
      // Breakers are to open by the faults of a test, not by a slow machine.
      "resilience4j.circuitbreaker.configs.l2s.slow-call-duration-threshold=10s"
    })
@ActiveProfiles("dev")
@ExtendWith(Browser.class)
@interface PageTest {}
