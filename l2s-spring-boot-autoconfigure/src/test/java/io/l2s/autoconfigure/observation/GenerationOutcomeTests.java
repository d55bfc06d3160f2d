package io.l2s.autoconfigure.observation;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.ChatTemplateException;
import io.l2s.GenerationFailedException;
import io.l2s.GenerationFailedException.Component;
import io.l2s.InvalidRequestException;
import io.l2s.ModelClosedException;
import io.l2s.ModelUnresponsiveException;
import io.l2s.NoRouteAvailableException;
import io.l2s.QueueFullException;
import io.l2s.WeightsChangedException;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GenerationOutcomeTests {

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(new QueueFullException(1), "refused"),
        Arguments.of(new InvalidRequestException("topK", "at least 0", -1), "invalid"),
        Arguments.of(new ChatTemplateException("no such function", 1), "invalid"),
        Arguments.of(new ModelUnresponsiveException(Duration.ofSeconds(1)), "unresponsive"),
        Arguments.of(new ModelClosedException(), "closed"),
        Arguments.of(new NoRouteAvailableException(Component.SLM, "open"), "circuit_open"),
        Arguments.of(new WeightsChangedException("model.safetensors: shorter"), "weights_changed"),
        Arguments.of(new GenerationFailedException(Component.SLM, "broken", null), "failed"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void aFailureHasItsTag(Throwable failure, String tag) {
    assertThat(GenerationOutcome.of(failure).key()).isEqualTo(tag);
  }
}
