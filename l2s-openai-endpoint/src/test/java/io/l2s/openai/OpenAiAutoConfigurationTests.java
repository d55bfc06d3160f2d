package io.l2s.openai;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.HybridLanguageModel;
import io.l2s.autoconfigure.L2sAutoConfiguration;
import io.l2s.test.FakeHybridLanguageModel;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.web.servlet.DispatcherServlet;

class OpenAiAutoConfigurationTests {

  private final WebApplicationContextRunner runner =
      new WebApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(OpenAiAutoConfiguration.class))
          .withBean("chat", HybridLanguageModel.class, OpenAiAutoConfigurationTests::chats)
          .withBean("draft", HybridLanguageModel.class, OpenAiAutoConfigurationTests::chats);

  @Test
  void itIsOffByDefault() {
    runner.run(context -> assertThat(context).doesNotHaveBean(OpenAiController.class));
  }

  @Test
  void modelsOfTheApplicationHaveTheNamesOfTheirBeans() {
    runner
        .withPropertyValues("l2s.openai.enabled=true", "l2s.openai.model-name=other")
        .run(
            context ->
                assertThat(context.getBean(ServedModels.class).names())
                    .containsExactly("chat", "draft"));
  }

  @Test
  void aNamedModelHasItsNameAndReadsMessagesByItsOwnTemplate() {
    new WebApplicationContextRunner()
        .withConfiguration(
            AutoConfigurations.of(L2sAutoConfiguration.class, OpenAiAutoConfiguration.class))
        .withBean("chat", HybridLanguageModel.class, OpenAiAutoConfigurationTests::chats)
        .withPropertyValues(
            "l2s.openai.enabled=true",
            "l2s.models.en-de.bundle=../l2s-core/src/test/resources/fixtures/hybrid-a-t5-t5-add",
            "l2s.models.en-de.llm.precision=f32",
            "l2s.models.en-de.slm.precision=f32",
            "l2s.models.en-de.warm-up=false")
        .run(
            context -> {
              ServedModels models = context.getBean(ServedModels.class);
              assertThat(models.names()).containsExactlyInAnyOrder("chat", "en-de");
              String body =
                  """
                  {"model": "en-de", "messages": [{"role": "user", "content": "Hello."}]}
                  """;
              RequestReader.Read read =
                  new RequestReader(models)
                      .chat(body.getBytes(StandardCharsets.UTF_8), new AnswerForm.Head("id", 0));
              assertThat(read.request().prompt()).isEqualTo("translate English to German: Hello.");
            });
  }

  @Test
  void theOnlyModelHasTheNameOfItsPropertyElseItsOwn() {
    WebApplicationContextRunner named =
        new WebApplicationContextRunner()
            .withConfiguration(
                AutoConfigurations.of(L2sAutoConfiguration.class, OpenAiAutoConfiguration.class))
            .withPropertyValues(
                "l2s.openai.enabled=true",
                "l2s.models.draft.bundle=../l2s-core/src/test/resources/fixtures/hybrid-a-t5-t5-add",
                "l2s.models.draft.warm-up=false");
    named.run(
        context ->
            assertThat(context.getBean(ServedModels.class).names()).containsExactly("draft"));
    named
        .withPropertyValues("l2s.openai.model-name=other")
        .run(
            context ->
                assertThat(context.getBean(ServedModels.class).names()).containsExactly("other"));
  }

  @Test
  void messagesReachAModelWithChatTemplateAsTheyAre() {
    runner
        .withPropertyValues("l2s.openai.enabled=true")
        .run(
            context -> {
              String body =
                  """
                  {"model": "chat", "messages": [
                    {"role": "developer", "content": "Be brief."},
                    {"role": "user", "content": [{"type": "text", "text": "Hello"}]}]}
                  """;
              RequestReader.Read read =
                  new RequestReader(context.getBean(ServedModels.class))
                      .chat(body.getBytes(StandardCharsets.UTF_8), new AnswerForm.Head("id", 0));
              assertThat(read.request().messages())
                  .extracting(message -> message.role() + ": " + message.text())
                  .containsExactly("system: Be brief.", "user: Hello");
              assertThat(read.form().unread()).isZero();
            });
  }

  @Test
  void itStaysAwayFromOtherApplications() {
    runner
        .withPropertyValues("l2s.openai.enabled=true")
        .withClassLoader(new FilteredClassLoader(DispatcherServlet.class))
        .run(context -> assertThat(context).doesNotHaveBean(OpenAiController.class));
  }

  private static HybridLanguageModel chats() {
    return FakeHybridLanguageModel.builder().chatTemplate().build();
  }
}
