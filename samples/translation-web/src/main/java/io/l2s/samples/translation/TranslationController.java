package io.l2s.samples.translation;

import io.l2s.GenerationRequest;
import io.l2s.HybridLanguageModel;
import io.l2s.InvalidRequestException;
import io.l2s.PromptTemplate;
import io.l2s.Route;
import io.l2s.autoconfigure.web.DeadlinePassedException;
import io.l2s.autoconfigure.web.GenerationSse;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** Translates with the model's prompt template, in one answer or piece by piece. */
@RestController
@RequestMapping("/api/translate")
class TranslationController {

  private final HybridLanguageModel model;

  TranslationController(HybridLanguageModel model) {
    this.model = model;
  }

  /** A sentence; route and limit default to the model's. */
  record TranslationRequest(String text, String route, Integer maxNewTokens) {}

  /** The model's prompt, which names the languages. */
  record Prompt(String template) {}

  @GetMapping
  Prompt prompt() {
    return new Prompt(
        model.promptTemplate().map(PromptTemplate::text).orElse(PromptTemplate.PLACEHOLDER));
  }

  /** No thread of the web server waits for the answer. */
  @PostMapping
  CompletableFuture<Translation> translate(@RequestBody TranslationRequest body) {
    return model
        .generateAsync(request(body))
        .thenApply(DeadlinePassedException::requireInTime)
        .thenApply(Translation::of);
  }

  @PostMapping("/stream")
  SseEmitter stream(@RequestBody TranslationRequest body) {
    return GenerationSse.stream(model, request(body), Translation::of);
  }

  private GenerationRequest request(TranslationRequest body) {
    if (body.text() == null || body.text().isBlank()) {
      throw new InvalidRequestException("text", "a sentence to translate", "empty");
    }
    String prompt = model.promptFor(body.text().strip());
    GenerationRequest request = GenerationRequest.of(prompt);
    if (body.route() != null) {
      request = request.withRoute(route(body.route()));
    }
    return body.maxNewTokens() == null ? request : request.withMaxNewTokens(body.maxNewTokens());
  }

  private Route route(String name) {
    String wanted = name.toUpperCase(Locale.ROOT).replace('-', '_');
    return Arrays.stream(Route.values())
        .filter(route -> route.name().equals(wanted))
        .findFirst()
        .orElseThrow(() -> new InvalidRequestException("route", "one of " + model.routes(), name));
  }
}
