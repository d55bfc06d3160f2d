package io.l2s.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l2s.ChatFormat;
import io.l2s.ChatMessage;
import io.l2s.ChatTemplateException;
import io.l2s.Fixture;
import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.HybridLanguageModel;
import io.l2s.InvalidRequestException;
import io.l2s.Precision;
import io.l2s.PromptTemplate;
import io.l2s.PromptTooLongException;
import io.l2s.Route;
import io.l2s.ServingOptions;
import io.l2s.engine.DeviceSpec;
import io.l2s.engine.NativeRuntime;
import io.l2s.model.LlmEncoder;
import io.l2s.model.SlmDecoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Conversations with a real model, whose checkpoint gets a chat template. */
class ChatTest {

  private static final ComponentOptions F32 = new ComponentOptions(DeviceSpec.CPU, Precision.F32);
  private static final List<ChatMessage> CHAT =
      List.of(ChatMessage.system("Translate."), ChatMessage.user("Where is the station?"));

  private static NativeRuntime runtime;
  private static LlmEncoder llm;
  private static SlmDecoder slm;

  @TempDir private Path directory;

  @BeforeAll
  static void load() {
    runtime = NativeRuntime.start(false);
    ModelLoader loader = new ModelLoader(runtime, () -> 0);
    llm = loader.loadLlm(Fixture.path("t5-llm"), F32);
    slm = loader.loadSlm(Fixture.path("t5-relu"), F32);
  }

  @AfterAll
  static void close() {
    slm.close();
    llm.close();
    runtime.close();
  }

  @Test
  void theTemplateWritesThePromptAndItsSpecialTokens() throws IOException {
    Path checkpoint = checkpoint("t5-llm", "{{ messages[1].content }}{{ eos_token }}");
    try (HybridLanguageModel model = model(checkpoint).build()) {
      GenerationResult answer = model.chat(CHAT);

      // The tokenizer adds the end token to a plain prompt, as the template does to the messages.
      GenerationResult plain = model.generate("Where is the station?");
      assertThat(answer.promptIds()).isEqualTo(plain.promptIds());
      assertThat(answer.text()).isEqualTo(plain.text());
    }
  }

  @Test
  void noSpecialTokensAreAddedToWhatTheTemplateWrites() throws IOException {
    Path checkpoint = checkpoint("t5-llm", "{{ messages[1].content }}");
    try (HybridLanguageModel model = model(checkpoint).build()) {
      List<Integer> ids = model.generate("Where is the station?").promptIds();

      assertThat(model.chat(CHAT).promptIds()).isEqualTo(ids.subList(0, ids.size() - 1));
    }
  }

  @Test
  void theTemplateIsThatOfTheTokenizerWhichReadsThePrompt() throws IOException {
    Path large = checkpoint("t5-llm", "large {{ messages[1].content }}{{ eos_token }}");
    Path small = checkpoint("t5-relu", "small {{ messages[1].content }}{{ eos_token }}");
    try (HybridLanguageModel model = model(large).slmAlone(slm, small).build()) {
      GenerationRequest chat = GenerationRequest.ofChat(CHAT);

      assertThat(model.generate(chat.withRoute(Route.LLM_ONLY)).promptIds())
          .isEqualTo(model.generate("large Where is the station?").promptIds());
      assertThat(model.generate(chat.withRoute(Route.SLM_ONLY)).promptIds())
          .isEqualTo(
              model
                  .generate(
                      GenerationRequest.of("small Where is the station?").withRoute(Route.SLM_ONLY))
                  .promptIds());
    }
  }

  @Test
  void aTemplateThatCannotBeRunRefusesMessagesAlone() throws IOException {
    Path checkpoint = checkpoint("t5-llm", "{{ messages[0].content }}\n{{ tool_call() }}");
    try (HybridLanguageModel model = model(checkpoint).build()) {
      assertRefused(
          model,
          checkpoint.resolve("tokenizer_config.json") + ", line 2: \"tool_call\" is undefined");
      assertThat(model.generate("Where is the station?").text()).isNotEmpty();
    }
  }

  @Test
  void messagesOfWhichTheTemplateWritesNothingAreRefused() throws IOException {
    Path checkpoint =
        checkpoint(
            "t5-llm", "{% if messages[0].role == 'user' %}{{ messages[0].content }}{% endif %}");
    try (HybridLanguageModel model = model(checkpoint).build()) {
      assertRefused(
          model,
          checkpoint.resolve("tokenizer_config.json")
              + ": the chat template writes no text for these messages");
      assertThat(model.chat(List.of(CHAT.get(1))).text()).isNotEmpty();
    }
  }

  @Test
  void aModelWithoutATemplateRefusesMessages() {
    try (HybridLanguageModel model = model(Fixture.path("t5-llm")).build()) {
      assertThatThrownBy(() -> model.chat(CHAT))
          .isExactlyInstanceOf(ChatTemplateException.class)
          .hasMessage(
              "messages cannot be written as a prompt: the model has no chat template; use a plain"
                  + " prompt");
    }
  }

  @Test
  void aConversationIsWrittenByTheTemplate() throws IOException {
    Path checkpoint = checkpoint("t5-llm", "{{ messages[1].content }}{{ eos_token }}");
    try (HybridLanguageModel model =
        model(checkpoint).promptTemplate(new PromptTemplate("translate: {source}")).build()) {
      ChatFormat format = ChatFormat.of(model);

      assertThat(format.request(CHAT).messages()).isEqualTo(CHAT);
      assertThat(format.unread(CHAT)).isZero();
    }
  }

  @Test
  void withoutATemplateTheLastUserMessageIsRead() {
    List<ChatMessage> conversation =
        List.of(ChatMessage.user("Hello."), ChatMessage.assistant("Hi."), CHAT.get(1));
    try (HybridLanguageModel plain = model(Fixture.path("t5-llm")).build();
        HybridLanguageModel model =
            model(Fixture.path("t5-llm"))
                .promptTemplate(new PromptTemplate("translate: {source}"))
                .build()) {
      ChatFormat format = ChatFormat.of(model);

      assertThat(format.request(conversation).prompt())
          .isEqualTo("translate: Where is the station?");
      assertThat(format.unread(conversation)).isEqualTo(2);
      assertThat(ChatFormat.of(plain).request(CHAT).prompt()).isEqualTo("Where is the station?");
      assertThatThrownBy(() -> format.request(List.of(ChatMessage.system("Translate."))))
          .isInstanceOf(InvalidRequestException.class)
          .hasMessageContaining("messages must be with a user message");
    }
  }

  @Test
  void limitsOfPromptsHoldForMessages() throws IOException {
    Path checkpoint = checkpoint("t5-llm", "{{ 'and so on ' * 9 }}{{ messages[0].content }}");
    ServingOptions options = ServingOptions.builder().maxPromptCharacters(50).build();
    try (HybridLanguageModel model = model(checkpoint).options(options).build()) {
      assertThatThrownBy(() -> model.chat(List.of(ChatMessage.user("x".repeat(51)))))
          .isInstanceOf(PromptTooLongException.class)
          .hasMessageContaining("51 characters");
      assertThatThrownBy(() -> model.chat(List.of(ChatMessage.user("x"))))
          .isInstanceOf(PromptTooLongException.class)
          .hasMessageContaining("91 characters");
    }
  }

  @Test
  void aConversationNeedsAMessage() {
    assertThatThrownBy(() -> GenerationRequest.ofChat(List.of()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage("messages must be at least 1, but was 0");
    assertThatThrownBy(() -> new ChatMessage(" ", "text"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("role");
    assertThat(GenerationRequest.ofChat(CHAT))
        .hasToString(
            "GenerationRequest[2 messages, route=null, maxNewTokens=null, timeout=null, "
                + GenerationRequest.of("").options()
                + "]");
  }

  private static void assertRefused(HybridLanguageModel model, String problem) {
    assertThatThrownBy(() -> model.chat(CHAT))
        .isInstanceOf(ChatTemplateException.class)
        .hasMessage("messages cannot be written as a prompt: " + problem + "; use a plain prompt");
  }

  private static HybridModelBuilder model(Path checkpoint) {
    return new HybridModelBuilder(runtime).llm(llm, checkpoint);
  }

  private Path checkpoint(String fixture, String template) throws IOException {
    Path copy = Fixture.copy(fixture, directory);
    Files.writeString(
        copy.resolve("tokenizer_config.json"),
        "{\"eos_token\": \"</s>\", \"chat_template\": \"" + template.replace("\n", "\\n") + "\"}");
    return copy;
  }
}
