package io.l2s.samples.translation;

import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.HybridLanguageModel;
import io.l2s.InvalidRequestException;
import io.l2s.Route;
import io.l2s.assembly.Bundle;
import java.util.Arrays;
import java.util.Locale;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

@RestController
@RequestMapping("/api/translate")
class TranslationController {

  private final HybridLanguageModel model;
  private final String template;

  TranslationController(HybridLanguageModel model, Bundle bundle) {
    this.model = model;
    this.template = bundle.promptTemplate().orElse("{source}");
  }

  record TranslationRequest(String text, String route, Integer maxNewTokens) {}

  @PostMapping
  Translation translate(@RequestBody TranslationRequest body) {
    GenerationResult result =
        model.generate(request(body.text(), body.route(), body.maxNewTokens()));
    return Translation.of(result);
  }

  @GetMapping(path = "/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
  SseEmitter stream(
      @RequestParam(required = false) String text,
      @RequestParam(required = false) String route,
      @RequestParam(required = false) Integer maxNewTokens) {
    // No time limit of the servlet's: the model's own deadline ends an answer.
    SseEmitter emitter = new SseEmitter(0L);
    new TranslationStream(emitter).start(model, request(text, route, maxNewTokens));
    return emitter;
  }

  private GenerationRequest request(String text, String route, Integer maxNewTokens) {
    if (text == null || text.isBlank()) {
      throw new InvalidRequestException("text", "a sentence to translate", "empty");
    }
    GenerationRequest request = GenerationRequest.of(template.replace("{source}", text.strip()));
    if (route != null) {
      request = request.withRoute(route(route));
    }
    return maxNewTokens == null ? request : request.withMaxNewTokens(maxNewTokens);
  }

  private Route route(String name) {
    String wanted = name.toUpperCase(Locale.ROOT).replace('-', '_');
    return Arrays.stream(Route.values())
        .filter(route -> route.name().equals(wanted))
        .findFirst()
        .orElseThrow(
            () -> new InvalidRequestException("route", "one of " + model.routes(), name));
  }
}
