package io.l2s.springai2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l2s.GenerationRequest;
import io.l2s.InvalidRequestException;
import io.l2s.test.AutoConfigureL2sTest;
import io.l2s.test.FakeHybridLanguageModel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Configuration;

/** What Spring AI 2.0 has and 1.1 has not: options of a request are builders. */
@SpringBootTest
@AutoConfigureL2sTest
class SpringAi2Tests {

  @Autowired private ChatModel chat;
  @Autowired private FakeHybridLanguageModel model;

  @BeforeEach
  void answer() {
    model.answer("Wo ist ", "der Bahnhof?");
  }

  @Test
  void theTestsRunOnSpringAi2AndBoot4() {
    assertThat(SpringBootVersion.getVersion()).startsWith("4.");
    assertThat(ChatModel.class.getPackage().getImplementationVersion()).startsWith("2.");
  }

  @Test
  void aClientsOptionsReachTheModel() {
    String answer = question(ChatOptions.builder().temperature(0.7).maxTokens(3)).call().content();

    assertThat(answer).isEqualTo("Wo ist der Bahnhof?");
    GenerationRequest request = model.calls().get(0).request();
    assertThat(request.maxNewTokens()).hasValue(3);
    assertThat(request.options().sampling()).get().hasFieldOrPropertyWithValue("temperature", 0.7);
  }

  @Test
  void aClientsOptionsCountInAStreamToo() {
    assertThat(
            question(ChatOptions.builder().maxTokens(3)).stream().content().collectList().block())
        .containsSequence("Wo ist ", "der Bahnhof?");
    assertThat(model.calls().get(0).request().maxNewTokens()).hasValue(3);
  }

  @Test
  void aModelsNameIsRefused() {
    assertThatThrownBy(() -> question(ChatOptions.builder().model("gpt-4")).call().content())
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("model must be left out");
  }

  private ChatClient.ChatClientRequestSpec question(ChatOptions.Builder<?> options) {
    return ChatClient.create(chat).prompt().user("Where is the station?").options(options);
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Application {}
}
