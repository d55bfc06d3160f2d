package io.l2s.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/** Counts the bytes that this process reads from files. */
final class ReadBytes {

  private static final String EVENT = "jdk.FileRead";

  private ReadBytes() {}

  /** The bytes that {@code work} reads from each file; mapped ones do not count. */
  static Map<Path, Long> during(Runnable work, Path scratch) throws IOException {
    Path events = Files.createTempFile(scratch, "reads", ".jfr");
    try (Recording recording = new Recording()) {
      recording.enable(EVENT).withThreshold(Duration.ZERO).withoutStackTrace();
      recording.start();
      work.run();
      recording.stop();
      recording.dump(events);
    }
    return RecordingFile.readAllEvents(events).stream()
        .filter(event -> event.getEventType().getName().equals(EVENT))
        .filter(event -> event.getString("path") != null)
        .collect(
            Collectors.groupingBy(
                event -> Path.of(event.getString("path")),
                Collectors.summingLong(ReadBytes::bytes)));
  }

  /** The end of a file counts as a read of -1 bytes. */
  private static long bytes(RecordedEvent event) {
    return Math.max(0, event.getLong("bytesRead"));
  }
}
