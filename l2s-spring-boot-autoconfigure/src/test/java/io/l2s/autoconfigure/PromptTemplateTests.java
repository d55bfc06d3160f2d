package io.l2s.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.Bundle;
import io.l2s.HybridLanguageModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Sources become prompts by the model's template. */
@ExtendWith(OutputCaptureExtension.class)
class PromptTemplateTests {

  private static final ApplicationContextRunner BUNDLE =
      Models.WITH_BUNDLE.withPropertyValues("l2s.warm-up=false", "l2s.generation.max-new-tokens=2");

  @Test
  void aSourceIsPutIntoTheBundlesTemplate() {
    BUNDLE.run(
        context -> {
          HybridLanguageModel model = context.getBean(HybridLanguageModel.class);
          String prompt = "translate English to German: hello";
          assertThat(model.promptFor("hello")).isEqualTo(prompt);
          assertThat(context.getBean(Bundle.class).prompt("hello")).isEqualTo(prompt);
          assertThat(model.generateFrom("hello").promptIds())
              .isEqualTo(model.generate(prompt).promptIds());
        });
  }

  @Test
  void aModelWithoutBundleHasItsTemplateAsProperty() {
    Models.WITH_PARTS
        .withPropertyValues("l2s.warm-up=false", "l2s.prompt-template=say: {source}")
        .run(
            context ->
                assertThat(context.getBean(HybridLanguageModel.class).promptFor("hello"))
                    .isEqualTo("say: hello"));
  }

  @Test
  void aTemplateWithoutPlaceForTheSourceIsRefusedByItsProperty() {
    Models.WITH_PARTS
        .withPropertyValues("l2s.prompt-template=say")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .hasMessageContaining("l2s.prompt-template")
                    .hasMessageContaining("a text with {source} in it"));
  }

  @Test
  void promptsThatNeverMatchTheTemplateAreWarnedOfOnce(CapturedOutput output) {
    BUNDLE.run(
        context -> {
          HybridLanguageModel model = context.getBean(HybridLanguageModel.class);
          for (int i = 0; i < 21; i++) {
            model.generate("hello");
          }
          assertThat(output.getOut().lines().filter(line -> line.contains("by the template")))
              .singleElement()
              .asString()
              .contains("None of the first 10 prompts", "translate English to German: {source}")
              .doesNotContain("hello");
        });
  }

  @Test
  void oneMatchingPromptIsEnough(CapturedOutput output) {
    BUNDLE.run(
        context -> {
          HybridLanguageModel model = context.getBean(HybridLanguageModel.class);
          model.generateFrom("hello");
          for (int i = 0; i < 21; i++) {
            model.generate("hello");
          }
          assertThat(output).doesNotContain("by the template");
        });
  }
}
