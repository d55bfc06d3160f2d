package io.l2s.test;

import io.l2s.Degradation;
import io.l2s.GenerationRequest;
import io.l2s.HybridLanguageModel;
import io.l2s.Route;
import java.util.concurrent.CompletableFuture;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** An application as a user would write it. */
@RestController
class TranslationController {

  record Translation(String text, Route route, Degradation.Cause degraded) {}

  private final HybridLanguageModel model;

  TranslationController(HybridLanguageModel model) {
    this.model = model;
  }

  @GetMapping("/translation")
  CompletableFuture<ResponseEntity<Translation>> translate(@RequestParam("text") String text) {
    return model
        .generateAsync(GenerationRequest.of(model.promptFor(text)))
        .thenApply(
            result ->
                ResponseEntity.ok(
                    new Translation(
                        result.text(),
                        result.route(),
                        result.degradation().map(Degradation::cause).orElse(null))));
  }

  @SpringBootApplication
  static class Application {}
}
