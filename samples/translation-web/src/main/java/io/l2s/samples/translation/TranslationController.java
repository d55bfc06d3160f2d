package io.l2s.samples.translation;

import io.l2s.Route;
import java.util.List;
import java.util.Set;
import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Translates in one answer or piece by piece. No thread of the web server waits for a model. */
@RestController
@RequestMapping("/api/translate")
class TranslationController {

  private final Languages languages;
  private final Translator translator;
  private final Alternatives alternatives;
  private final boolean faults;

  TranslationController(
      Languages languages,
      Translator translator,
      Alternatives alternatives,
      Environment environment) {
    this.languages = languages;
    this.translator = translator;
    this.alternatives = alternatives;
    this.faults = environment.acceptsProfiles(Profiles.of("dev"));
  }

  /**
   * The choices that a client has.
   *
   * @param faults whether the application has the fault panel
   */
  record Offer(List<OfferedLanguage> languages, int maxCharacters, boolean faults) {}

  /** A language, the code of {@code to}, and the routes of its model. */
  record OfferedLanguage(String from, String to, String code, Set<Route> routes) {}

  @GetMapping
  Offer offer() {
    return new Offer(
        languages.all().stream()
            .map(
                each ->
                    new OfferedLanguage(each.from(), each.to(), each.code(), each.model().routes()))
            .toList(),
        TranslationRequest.MAX_CHARACTERS,
        faults);
  }

  @PostMapping
  Mono<Translation> translate(@RequestBody TranslationRequest body) {
    return translator.translate(body);
  }

  @PostMapping("/stream")
  Flux<ServerSentEvent<Object>> stream(@RequestBody TranslationRequest body) {
    return translator.stream(body);
  }

  /** Further translations of one sentence, the likeliest first. */
  @PostMapping("/alternatives")
  Mono<List<Alternative>> alternatives(@RequestBody Alternatives.Wanted body) {
    return alternatives.of(body);
  }
}
