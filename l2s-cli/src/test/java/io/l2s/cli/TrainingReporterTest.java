package io.l2s.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TrainingReporterTest {

  private final StringWriter err = new StringWriter();
  private final AtomicInteger drawn = new AtomicInteger();

  @Test
  void theCourseIsDrawnAfterEachValidation() {
    try (TrainingReporter reporter = reporter(drawn::incrementAndGet)) {
      reporter.onStart(0);
      reporter.onValidation(5, 2, true);
      reporter.onValidation(10, 3, false);
    }
    assertThat(drawn).hasValue(2);
  }

  // The log of an earlier run may end in a torn line.
  @Test
  void aTrainingThatDidNotStartIsNotDrawn() {
    try (TrainingReporter reporter = reporter(drawn::incrementAndGet)) {
      reporter.drawIfStarted();
    }
    assertThat(drawn).hasValue(0);
  }

  @Test
  void aPlotThatFailsDoesNotEndTheTraining() {
    try (TrainingReporter reporter =
        reporter(
            () -> {
              throw new InternalError("no fonts");
            })) {
      reporter.onStart(0);
      reporter.onValidation(5, 2, true);
    }
    assertThat(err.toString()).contains("no plot is drawn: no fonts");
  }

  private TrainingReporter reporter(Runnable plot) {
    return new TrainingReporter(new Progress(), new PrintWriter(err), plot);
  }
}
