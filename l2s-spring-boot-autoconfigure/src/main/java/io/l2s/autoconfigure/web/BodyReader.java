package io.l2s.autoconfigure.web;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.http.ProblemDetail;

/** Gathers one body as it arrives. The container calls it from one thread at a time. */
final class BodyReader implements ReadListener, AsyncListener {

  /** A larger body is read to its end, so that its sender gets the answer, up to this size. */
  private static final int MOST_DISCARDED = 32 << 20;

  private final JsonBodyFilter filter;
  private final AsyncContext async;
  private final ServletInputStream input;
  private final long announced;
  private final int maxBytes;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private final byte[] buffer = new byte[8192];
  // The application context's closing ends it from a thread of its own.
  private final AtomicBoolean ended = new AtomicBoolean();
  private long read;

  BodyReader(JsonBodyFilter filter, AsyncContext async, ServletRequest request, int maxBytes)
      throws IOException {
    this.filter = filter;
    this.async = async;
    this.input = request.getInputStream();
    this.announced = request.getContentLengthLong();
    this.maxBytes = maxBytes;
  }

  AsyncContext async() {
    return async;
  }

  @Override
  public void onDataAvailable() throws IOException {
    if (announced > Math.max(maxBytes, MOST_DISCARDED)) {
      end(filter.tooLarge());
    }
    while (!ended.get() && input.isReady()) {
      int count = input.read(buffer);
      if (count < 0) {
        return;
      }
      read += count;
      if (read <= maxBytes) {
        body.write(buffer, 0, count);
      } else if (read > MOST_DISCARDED) {
        end(filter.tooLarge());
      }
    }
  }

  @Override
  public void onAllDataRead() {
    if (read > maxBytes) {
      end(filter.tooLarge());
      return;
    }
    byte[] whole = body.toByteArray();
    Optional<ProblemDetail> problem = JsonBodyRules.bodyProblem(whole);
    if (problem.isPresent()) {
      end(problem.get());
    } else if (ended.compareAndSet(false, true)) {
      filter.complete(this, whole);
    }
  }

  /** The client has gone, or what it sends is no body by HTTP's rules. */
  @Override
  public void onError(Throwable failure) {
    end(filter.unreadable(failure));
  }

  @Override
  public void onTimeout(AsyncEvent event) {
    end(filter.tooSlow());
  }

  /** Refuses the body, unless it is complete or refused already. */
  void end(ProblemDetail problem) {
    if (ended.compareAndSet(false, true)) {
      filter.refuse(this, problem);
    }
  }

  @Override
  public void onError(AsyncEvent event) {
    end(filter.unreadable(event.getThrowable()));
  }

  @Override
  public void onComplete(AsyncEvent event) {}

  @Override
  public void onStartAsync(AsyncEvent event) {}
}
