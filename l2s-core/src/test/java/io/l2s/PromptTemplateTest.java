package io.l2s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromptTemplateTest {

  private static final PromptTemplate TEMPLATE = new PromptTemplate("say: {source} !");

  @Test
  void putsTheSourceInItsPlace() {
    assertThat(TEMPLATE.prompt("{source} $1")).isEqualTo("say: {source} $1 !");
  }

  @ParameterizedTest
  @CsvSource({"say: hello !, true", "hello, false", "say: hello, false", "say:  !, true"})
  void knowsItsPrompts(String prompt, boolean own) {
    assertThat(TEMPLATE.matches(prompt)).isEqualTo(own);
  }

  @Test
  void aPromptShorterThanTheTemplateIsNotItsOwn() {
    assertThat(new PromptTemplate("aa{source}aa").matches("aaa")).isFalse();
  }

  @Test
  void aTextWithoutPlaceIsRefused() {
    assertThatThrownBy(() -> new PromptTemplate("say: source"))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContainingAll("a text with {source} in it", "say: source");
  }

  @Test
  void aModelWithoutTemplateTakesTheSourceAsThePrompt() {
    assertThat(new HandDrivenModel().promptFor("hello")).isEqualTo("hello");
  }

  @Test
  void aMissingSourceIsRefusedByItsName() {
    HandDrivenModel model = new HandDrivenModel();

    assertThatThrownBy(() -> model.promptFor(null))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage("source must be a text, but was null");
    assertThatThrownBy(() -> model.generateFrom(null)).isInstanceOf(InvalidRequestException.class);
    assertThat(model.submissions).isEmpty();
  }
}
