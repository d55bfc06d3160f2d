package io.l2s.autoconfigure.observation;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The memory that the process occupies, native memory included, as the kernel counts it. There is
 * no meter where the kernel has no such file, as outside Linux.
 *
 * @param status the kernel's file about the process
 */
record ResidentMemory(Path status) implements MeterBinder {

  private enum Area {
    /** Heap, arrays and weights that were converted. */
    ANONYMOUS("RssAnon:"),
    /** Mapped files, such as weights as they are stored. */
    FILE("RssFile:");

    private final String field;

    Area(String field) {
      this.field = field;
    }
  }

  static ResidentMemory ofThisProcess() {
    return new ResidentMemory(Path.of("/proc/self/status"));
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    for (Area area : Area.values()) {
      if (!Double.isNaN(bytes(area))) {
        Gauge.builder("l2s.memory.resident", () -> bytes(area))
            .description("Memory that the process occupies, native memory included")
            .baseUnit(BaseUnits.BYTES)
            .tag("area", area.name().toLowerCase(Locale.ROOT))
            .register(registry);
      }
    }
  }

  /** The area's size; NaN where it is not known. */
  private double bytes(Area area) {
    try {
      return Files.readAllLines(status).stream()
          .filter(line -> line.startsWith(area.field))
          // For example: RssAnon:     123456 kB
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) * 1024)
          .findFirst()
          .orElse(Double.NaN);
    } catch (IOException e) {
      return Double.NaN;
    }
  }
}
