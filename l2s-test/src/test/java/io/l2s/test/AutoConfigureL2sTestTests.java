package io.l2s.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.l2s.HybridLanguageModel;
import io.l2s.autoconfigure.HybridLanguageModels;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the annotation does to an application's models. */
class AutoConfigureL2sTestTests {

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Application {}

  /** The files are not there, so reading them would fail. */
  @Nested
  @SpringBootTest(
      classes = Application.class,
      properties = {
        "l2s.bundle=/nowhere/one",
        "l2s.models.en-de.bundle=/nowhere/two",
        "l2s.models.en-fr.bundle=/nowhere/three",
        "l2s.primary=en-fr"
      })
  @AutoConfigureL2sTest
  class SeveralModels {

    @Autowired private ApplicationContext context;
    @Autowired private HybridLanguageModel primary;

    @Autowired
    @Qualifier("default")
    private HybridLanguageModel single;

    @Autowired
    @Qualifier("en-de")
    private FakeHybridLanguageModel german;

    @Autowired
    @Qualifier("en-fr")
    private FakeHybridLanguageModel french;

    @Test
    void eachIsAFakeWithItsQualifierAndThePrimaryOneIsInjected() {
      german.answer("ja");
      french.answer("oui");

      assertThat(primary.generate("yes").text()).isEqualTo("oui");
      assertThat(german.generate("yes").text()).isEqualTo("ja");
      assertThat(single).isInstanceOf(FakeHybridLanguageModel.class).isNotSameAs(german);
      assertThat(context.getBeansOfType(HybridLanguageModel.class)).hasSize(3);
      assertThat(context.getBean(HybridLanguageModels.class).all()).isEmpty();
    }
  }

  @Nested
  @SpringBootTest(classes = Application.class, properties = "l2s.bundle=/nowhere")
  @AutoConfigureL2sTest
  @TestMethodOrder(MethodOrderer.MethodName.class)
  class OneModel {

    @Autowired private FakeHybridLanguageModel model;

    @Test
    void aFirstTestScriptsAnAnswer() {
      model.answer("ja");

      assertThat(model.generate("yes").text()).isEqualTo("ja");
    }

    @Test
    void bASecondTestFindsNothingOfTheFirst() {
      assertThat(model.calls()).isEmpty();
      assertThatIllegalStateException().isThrownBy(() -> model.generate("yes"));
    }
  }

  @Nested
  @SpringBootTest(classes = {Application.class, Own.class})
  @AutoConfigureL2sTest
  class OwnModel {

    @Autowired private ApplicationContext context;

    @Test
    void aModelOfTheApplicationStays() {
      assertThat(context.getBeansOfType(HybridLanguageModel.class)).containsOnlyKeys("own");
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Own {

    @Bean
    HybridLanguageModel own() {
      return FakeHybridLanguageModel.builder().promptTemplate("to German: {source}").build();
    }
  }

  @Test
  void withoutTheAnnotationNothingIsFaked() {
    new ApplicationContextRunner()
        .withUserConfiguration(Application.class)
        .withPropertyValues("l2s.bundle=/nowhere")
        .run(
            context ->
                assertThat(context).getFailure().rootCause().hasMessageContaining("/nowhere"));
  }
}
