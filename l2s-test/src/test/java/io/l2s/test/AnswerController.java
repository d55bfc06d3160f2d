package io.l2s.test;

import io.l2s.FinishReason;
import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.HybridLanguageModel;
import io.l2s.InvalidRequestException;
import io.l2s.Route;
import io.l2s.autoconfigure.web.DeadlinePassedException;
import io.l2s.autoconfigure.web.GenerationSse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** The controller of docs/controllers.md. */
@RestController
@RequestMapping("/api")
class AnswerController {

  private final HybridLanguageModel model;

  AnswerController(HybridLanguageModel model) {
    this.model = model;
  }

  record Question(String text, Integer maxNewTokens) {}

  record Answer(String text, Route route, boolean degraded, boolean cut) {

    static Answer of(GenerationResult result) {
      return new Answer(
          result.text(),
          result.route(),
          result.degradation().isPresent(),
          result.finishReason() == FinishReason.LENGTH);
    }
  }

  @PostMapping("/answer")
  CompletableFuture<Answer> answer(@RequestBody Question question) {
    return model
        .generateAsync(request(question))
        .thenApply(DeadlinePassedException::requireInTime)
        .thenApply(Answer::of);
  }

  @PostMapping("/stream")
  SseEmitter stream(@RequestBody Question question) {
    return GenerationSse.stream(model, request(question), Answer::of);
  }

  private GenerationRequest request(Question question) {
    if (question.text() == null || question.text().isBlank()) {
      throw new InvalidRequestException("text", "a sentence to translate", "empty");
    }
    GenerationRequest request =
        GenerationRequest.of(model.promptFor(question.text().strip()))
            .withTimeout(Duration.ofSeconds(10));
    return question.maxNewTokens() == null
        ? request
        : request.withMaxNewTokens(question.maxNewTokens());
  }

  @SpringBootApplication
  static class Application {}
}
