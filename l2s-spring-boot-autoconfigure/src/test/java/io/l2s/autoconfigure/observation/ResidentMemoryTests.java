package io.l2s.autoconfigure.observation;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResidentMemoryTests {

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  @Test
  void readsWhatTheKernelCounts(@TempDir Path directory) throws IOException {
    Path status = directory.resolve("status");
    Files.writeString(status, "VmRSS:\t 30 kB\nRssAnon:\t    20 kB\nRssFile:\t    10 kB\n");
    new ResidentMemory(status).bindTo(meters);
    assertThat(resident("anonymous")).isEqualTo(20 * 1024);
    assertThat(resident("file")).isEqualTo(10 * 1024);
    Files.writeString(status, "RssAnon:\t    21 kB\n");
    assertThat(resident("anonymous")).isEqualTo(21 * 1024);
    assertThat(resident("file")).isNaN();
  }

  private double resident(String area) {
    return meters.get("l2s.memory.resident").tag("area", area).gauge().value();
  }

  @Test
  void thereIsNoMeterWhereTheKernelDoesNotTell(@TempDir Path directory) {
    new ResidentMemory(directory.resolve("missing")).bindTo(meters);
    assertThat(meters.getMeters()).isEmpty();
  }
}
