package io.l2s.samples.translation;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.l2s.GenerationStream;
import io.l2s.L2sException;
import io.l2s.TextChunk;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.springframework.http.MediaType;

/**
 * Sends one generation as server-sent events: {@code chunk} for each piece, then {@code done} or
 * {@code problem}.
 *
 * <p>It writes on the request's own thread. A client that leaves makes the next write fail, and the
 * caller's closing of the generation then stops the decoding.
 */
record TranslationStream(HttpServletResponse response, ObjectMapper json) {

  /** A failure before the first event is thrown, so that it still decides the status. */
  void send(GenerationStream generation) throws IOException {
    try {
      for (TextChunk chunk : generation) {
        event("chunk", chunk);
      }
      event("done", Translation.of(generation.result()));
    } catch (L2sException failure) {
      if (!response.isCommitted()) {
        throw failure;
      }
      event("problem", Problems.of(failure));
    } catch (DeadlinePassedException failure) {
      if (!response.isCommitted()) {
        throw failure;
      }
      event("problem", Problems.of(failure));
    }
  }

  private void event(String name, Object data) throws IOException {
    response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
    String event = "event:" + name + "\ndata:" + json.writeValueAsString(data) + "\n\n";
    response.getOutputStream().write(event.getBytes(StandardCharsets.UTF_8));
    response.flushBuffer();
  }
}
