package io.l2s.openai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.l2s.Candidate;
import io.l2s.GenerationResult;
import io.l2s.TextChunk;
import io.l2s.autoconfigure.web.DeadlinePassedException;
import io.l2s.autoconfigure.web.StreamedAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter.SseEventBuilder;

/**
 * Streams an answer in OpenAI's form: the first choice piece by piece, further ones each as one
 * piece at the end.
 */
final class StreamedChoices implements StreamedAnswer {

  private static final String END = "[DONE]";

  private final AnswerForm form;
  private final Function<RuntimeException, OpenAiError> errors;
  private boolean begun;

  StreamedChoices(AnswerForm form, Function<RuntimeException, OpenAiError> errors) {
    this.form = form;
    this.errors = errors;
  }

  @Override
  public List<SseEventBuilder> chunk(TextChunk chunk) {
    boolean first = !begun;
    begun = true;
    return List.of(event(form.piece(0, chunk.text(), first)));
  }

  @Override
  public List<SseEventBuilder> done(GenerationResult result) {
    DeadlinePassedException.requireInTime(result);
    List<SseEventBuilder> events = new ArrayList<>();
    List<Candidate> candidates = result.candidates();
    // Clients take an answer as complete once every choice that they have seen has ended.
    for (int i = 1; i < candidates.size(); i++) {
      events.add(event(form.piece(i, candidates.get(i).text(), true)));
    }
    for (int i = 0; i < candidates.size(); i++) {
      events.add(event(form.last(i, candidates.get(i), result, i == 0 && !begun)));
    }
    if (form.usage()) {
      events.add(event(form.usageChunk(result)));
    }
    events.add(SseEmitter.event().data(END, MediaType.TEXT_PLAIN));
    return events;
  }

  @Override
  public List<SseEventBuilder> failed(RuntimeException failure) {
    return List.of(event(errors.apply(failure).json()));
  }

  @Override
  public RuntimeException thrown(RuntimeException failure) {
    return new OpenAiException(errors.apply(failure));
  }

  private static SseEventBuilder event(ObjectNode json) {
    return SseEmitter.event().data(json.toString(), MediaType.APPLICATION_JSON);
  }
}
