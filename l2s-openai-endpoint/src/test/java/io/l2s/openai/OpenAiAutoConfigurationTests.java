package io.l2s.openai;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.GenerationHandle;
import io.l2s.GenerationListener;
import io.l2s.GenerationRequest;
import io.l2s.HybridLanguageModel;
import io.l2s.Route;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.web.servlet.DispatcherServlet;

class OpenAiAutoConfigurationTests {

  private final WebApplicationContextRunner runner =
      new WebApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(OpenAiAutoConfiguration.class))
          .withBean("chat", HybridLanguageModel.class, Silent::new)
          .withBean("draft", HybridLanguageModel.class, Silent::new);

  @Test
  void itIsOffByDefault() {
    runner.run(context -> assertThat(context).doesNotHaveBean(OpenAiController.class));
  }

  @Test
  void severalModelsHaveTheNamesOfTheirBeans() {
    runner
        .withPropertyValues("l2s.openai.enabled=true", "l2s.openai.model-name=other")
        .run(
            context ->
                assertThat(context.getBean(ServedModels.class).names())
                    .containsExactly("chat", "draft"));
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

  /** A model that is never asked. */
  private static final class Silent implements HybridLanguageModel {

    @Override
    public Set<Route> routes() {
      return Set.of(Route.LLM_ONLY);
    }

    @Override
    public GenerationHandle submit(GenerationRequest request, GenerationListener listener) {
      throw new AssertionError("nothing is asked");
    }

    @Override
    public void close() {}
  }
}
