package io.l2s.autoconfigure.web;

import io.l2s.GenerationResult;
import io.l2s.TextChunk;
import java.util.List;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter.SseEventBuilder;

/** The form of one streamed answer as server-sent events. Its methods are called one by one. */
public interface StreamedAnswer {

  /** The events of the next piece. */
  List<SseEventBuilder> chunk(TextChunk chunk);

  /**
   * The events at the end.
   *
   * @throws DeadlinePassedException if the deadline ended the answer
   */
  List<SseEventBuilder> done(GenerationResult result);

  /** The events of a failure after the first event. */
  List<SseEventBuilder> failed(RuntimeException failure);

  /** Makes the exception for a failure before the first event; the failure itself by default. */
  default RuntimeException thrown(RuntimeException failure) {
    return failure;
  }
}
