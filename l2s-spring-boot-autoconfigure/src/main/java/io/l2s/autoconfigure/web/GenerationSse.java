package io.l2s.autoconfigure.web;

import io.l2s.GenerationHandle;
import io.l2s.GenerationListener;
import io.l2s.GenerationRequest;
import io.l2s.GenerationResult;
import io.l2s.L2sException;
import io.l2s.LanguageModel;
import io.l2s.TextChunk;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter.SseEventBuilder;

/**
 * Streams answers as server-sent events from a Spring MVC controller, which returns the emitter. No
 * thread of the web server waits for the model.
 *
 * <p>A failure before the first event is handled like that of any other controller method, so it
 * decides the status. A client that leaves makes the next event fail; that stops the decoding. So
 * does an exception of the application's own functions, which ends the stream.
 */
public final class GenerationSse {

  private GenerationSse() {}

  /**
   * Submits {@code request} and streams its answer: the event {@code chunk} with {@code {"text":
   * "…"}} for each piece, then {@code done}, or {@code problem} with a problem detail. The text
   * stands in JSON, since event streams drop a space at the beginning of a line.
   *
   * @param done makes the data of the event {@code done}; an application's message converters write
   *     it as JSON
   * @throws L2sException as {@link LanguageModel#submit}
   */
  public static SseEmitter stream(
      LanguageModel model, GenerationRequest request, Function<GenerationResult, ?> done) {
    return stream(model, request, new NamedEvents(done));
  }

  /**
   * Submits {@code request} and streams its answer in another form.
   *
   * @throws L2sException as {@link LanguageModel#submit}
   */
  public static SseEmitter stream(
      LanguageModel model, GenerationRequest request, StreamedAnswer answer) {
    // The model's own deadline bounds the answer.
    SseEmitter emitter = new SseEmitter(0L);
    Streaming streaming = new Streaming(emitter, answer);
    emitter.onError(failure -> streaming.leave());
    emitter.onTimeout(streaming::leave);
    streaming.started(model.submit(request, streaming));
    return emitter;
  }

  private record NamedEvents(Function<GenerationResult, ?> data) implements StreamedAnswer {

    @Override
    public List<SseEventBuilder> chunk(TextChunk chunk) {
      return event("chunk", chunk);
    }

    @Override
    public List<SseEventBuilder> done(GenerationResult result) {
      return event("done", data.apply(DeadlinePassedException.requireInTime(result)));
    }

    @Override
    public List<SseEventBuilder> failed(RuntimeException failure) {
      return event("problem", problem(failure));
    }

    private static ProblemDetail problem(RuntimeException failure) {
      return failure instanceof L2sException known
          ? GenerationProblems.of(known)
          : GenerationProblems.of((DeadlinePassedException) failure);
    }

    private static List<SseEventBuilder> event(String name, Object data) {
      return List.of(SseEmitter.event().name(name).data(data, MediaType.APPLICATION_JSON));
    }
  }

  private static final class Streaming implements GenerationListener {

    private final SseEmitter emitter;
    private final StreamedAnswer answer;
    private volatile boolean left;
    private volatile @Nullable GenerationHandle handle;
    private boolean begun;

    Streaming(SseEmitter emitter, StreamedAnswer answer) {
      this.emitter = emitter;
      this.answer = answer;
    }

    void started(GenerationHandle handle) {
      this.handle = handle;
      if (left) {
        handle.cancel();
      }
    }

    void leave() {
      left = true;
      GenerationHandle running = handle;
      if (running != null) {
        running.cancel();
      }
    }

    @Override
    public void onChunk(TextChunk chunk) {
      if (left) {
        return;
      }
      try {
        send(answer.chunk(chunk));
      } catch (RuntimeException failure) {
        abandon(failure);
      }
    }

    @Override
    public void onComplete(GenerationResult result) {
      if (left) {
        emitter.complete();
        return;
      }
      try {
        send(answer.done(result));
        emitter.complete();
      } catch (DeadlinePassedException failure) {
        fail(failure);
      } catch (RuntimeException failure) {
        abandon(failure);
      }
    }

    @Override
    public void onError(L2sException failure) {
      fail(failure);
    }

    private void fail(RuntimeException failure) {
      if (begun) {
        send(answer.failed(failure));
        emitter.complete();
      } else {
        emitter.completeWithError(answer.thrown(failure));
      }
    }

    /** The application cannot make or write an event, so its stream ends without a last one. */
    private void abandon(RuntimeException failure) {
      leave();
      emitter.completeWithError(begun ? failure : answer.thrown(failure));
    }

    private void send(List<SseEventBuilder> events) {
      if (left) {
        return;
      }
      try {
        for (SseEventBuilder event : events) {
          begun = true;
          emitter.send(event);
        }
      } catch (IOException e) {
        // The container ends the exchange of a client that has gone.
        leave();
      } catch (IllegalStateException e) {
        // The emitter wraps failures of message converters; without a cause, it has ended already.
        if (e.getCause() instanceof RuntimeException failure) {
          abandon(failure);
        } else {
          leave();
        }
      }
    }
  }
}
