package io.l2s.boot4;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.HybridLanguageModel;
import io.l2s.test.AutoConfigureL2sTest;
import io.l2s.test.FakeHybridLanguageModel;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Configuration;

/** The slice of l2s-test on Spring Boot 4; the files of the models are not there. */
@SpringBootTest(properties = {"l2s.bundle=/nowhere/one", "l2s.models.en-fr.bundle=/nowhere/two"})
@AutoConfigureL2sTest
@TestMethodOrder(MethodOrderer.MethodName.class)
class FakeModelTests {

  @Autowired private HybridLanguageModel primary;

  @Autowired
  @Qualifier("en-fr")
  private FakeHybridLanguageModel french;

  @Test
  void aFakesTakeThePlaceOfAllModels() {
    french.answer("oui");

    assertThat(french.generate("yes").text()).isEqualTo("oui");
    assertThat(primary).isInstanceOf(FakeHybridLanguageModel.class).isNotSameAs(french);
  }

  @Test
  void bTheyForgetAfterEachTest() {
    assertThat(french.calls()).isEmpty();
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Application {}
}
