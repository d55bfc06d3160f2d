package io.l2s.projector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.l2s.Fixture;
import io.l2s.ModelClosedException;
import io.l2s.engine.NativeRuntime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoadedProjectorClosingTest {

  private final NativeRuntime runtime = NativeRuntime.start(false);
  private final Projector projector =
      LoadedProjector.load(
          runtime,
          Fixture.path("hybrid-a-t5-t5-add").resolve("projector.safetensors"),
          Device.cpu());

  @AfterEach
  void close() {
    projector.close();
    runtime.close();
  }

  @Test
  void anInterruptedThreadClosesItToo() {
    Thread.currentThread().interrupt();
    projector.close();
    assertThat(Thread.interrupted()).isTrue();
    assertThatThrownBy(this::project).isInstanceOf(ModelClosedException.class);
  }

  @Test
  void itMayBeClosedAfterTheRuntime() {
    runtime.close();
    assertThatCode(projector::close).doesNotThrowAnyException();
  }

  private long project() {
    return runtime.call(
        () -> {
          try (NDManager scope = runtime.newScope()) {
            return projector
                .project(scope, scope.zeros(new Shape(1, 1, projector.inputWidth())))
                .size();
          }
        });
  }
}
