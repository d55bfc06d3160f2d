package io.l2s.samples.translation;

import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.HybridLanguageModel;
import io.l2s.L2sException;
import io.l2s.TextChunk;
import io.l2s.autoconfigure.web.DeadlinePassedException;
import io.l2s.autoconfigure.web.GenerationFlux;
import io.l2s.autoconfigure.web.GenerationProblems;
import java.util.ArrayList;
import java.util.List;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Translates texts sentence by sentence, one after the other. */
@Component
class Translator {

  private final Languages languages;

  Translator(Languages languages) {
    this.languages = languages;
  }

  /**
   * The whole translation.
   *
   * @throws L2sException if the request is invalid; later failures end the result, refused prompts
   *     as {@link TextRefusedException}
   */
  Mono<Translation> translate(TranslationRequest request) {
    HybridLanguageModel model = languages.find(request.language()).model();
    return Flux.fromIterable(request.sentences())
        .concatMap(
            sentence ->
                Mono.fromFuture(() -> model.generateAsync(request.toModel(model, sentence.text())))
                    .map(result -> finished(sentence, result)))
        .onErrorMap(TextRefusedException::of)
        .collectList()
        .map(Translation::of);
  }

  /**
   * The events {@code chunk} for each piece of text, {@code sentence} after each sentence and
   * {@code done} with the whole translation, or {@code problem}. All chunks joined are the
   * translation. A failure before the first event decides the status.
   *
   * @throws L2sException if the request is invalid
   */
  Flux<ServerSentEvent<Object>> stream(TranslationRequest request) {
    HybridLanguageModel model = languages.find(request.language()).model();
    List<Sentence> sentences = request.sentences();
    List<TranslatedSentence> finished = new ArrayList<>();
    Flux<ServerSentEvent<Object>> events =
        Flux.fromIterable(sentences)
            .concatMap(
                sentence ->
                    events(model, request.toModel(model, sentence.text()), sentence, finished))
            .concatWith(Mono.fromSupplier(() -> event("done", Translation.of(finished))))
            .onErrorMap(TextRefusedException::of);
    return events.switchOnFirst(
        (first, all) -> first.hasValue() ? all.onErrorResume(Translator::problem) : all);
  }

  private static Flux<ServerSentEvent<Object>> events(
      HybridLanguageModel model,
      GenerationRequest request,
      Sentence sentence,
      List<TranslatedSentence> finished) {
    Flux<ServerSentEvent<Object>> translated =
        GenerationFlux.stream(
            model,
            request.withChunkPerToken(),
            chunk -> event("chunk", chunk),
            result -> {
              finished.add(finished(sentence, result));
              return event("sentence", finished.get(finished.size() - 1));
            });
    return sentence.after().isEmpty()
        ? translated
        : translated.concatWithValues(event("chunk", new TextChunk(sentence.after())));
  }

  private static TranslatedSentence finished(Sentence sentence, GenerationResult result) {
    return TranslatedSentence.of(sentence, DeadlinePassedException.requireInTime(result));
  }

  private static Mono<ServerSentEvent<Object>> problem(Throwable failure) {
    if (failure instanceof L2sException known) {
      return Mono.just(event("problem", GenerationProblems.of(known)));
    }
    if (failure instanceof TextRefusedException refused) {
      return Mono.just(event("problem", refused.getBody()));
    }
    return failure instanceof DeadlinePassedException late
        ? Mono.just(event("problem", GenerationProblems.of(late)))
        : Mono.error(failure);
  }

  private static ServerSentEvent<Object> event(String name, Object data) {
    return ServerSentEvent.builder(data).event(name).build();
  }
}
