package io.l2s.samples.chat;

import io.l2s.InvalidRequestException;
import io.l2s.L2sException;
import io.l2s.autoconfigure.web.GenerationProblems;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;

/** Answers a message by Spring AI's {@link ChatClient}, whole or piece by piece. */
@RestController
@RequestMapping("/api/chat")
class ChatController {

  private final ChatClient client;

  ChatController(ChatModel model) {
    client = ChatClient.create(model);
  }

  record Question(@Nullable String text) {}

  record Answer(String text, String route, String finishReason) {}

  record Chunk(String text) {}

  record End(String route, String finishReason) {}

  @PostMapping
  Answer call(@RequestBody Question question) {
    ChatResponse response = prompt(question).call().chatResponse();
    return new Answer(text(response), route(response), finishReason(response));
  }

  /** Events {@code chunk} with text in JSON, then {@code done}, or {@code problem}. */
  @PostMapping("/stream")
  Flux<ServerSentEvent<Object>> stream(@RequestBody Question question) {
    Flux<ServerSentEvent<Object>> events =
        prompt(question).stream().chatResponse().map(ChatController::event);
    // A failure before the first event decides the status, a later one must be an event.
    return events.switchOnFirst(
        (first, all) ->
            first.hasValue()
                ? all.onErrorResume(
                    L2sException.class,
                    failure -> Flux.just(event("problem", GenerationProblems.of(failure))))
                : all);
  }

  private ChatClient.ChatClientRequestSpec prompt(Question question) {
    if (question.text() == null || question.text().isBlank()) {
      throw new InvalidRequestException("text", "a message", "empty"); // 422
    }
    return client.prompt().user(question.text());
  }

  private static ServerSentEvent<Object> event(ChatResponse response) {
    return finishReason(response) == null
        ? event("chunk", new Chunk(text(response)))
        : event("done", new End(route(response), finishReason(response)));
  }

  private static ServerSentEvent<Object> event(String name, Object data) {
    return ServerSentEvent.builder(data).event(name).build();
  }

  private static String text(ChatResponse response) {
    return response.getResult().getOutput().getText();
  }

  private static String route(ChatResponse response) {
    return response.getMetadata().get("l2s.route");
  }

  private static String finishReason(ChatResponse response) {
    return response.getResult().getMetadata().getFinishReason();
  }
}
