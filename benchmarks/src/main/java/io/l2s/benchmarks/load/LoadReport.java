package io.l2s.benchmarks.load;

import io.l2s.benchmarks.load.Tally.Counts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The result of a load.
 *
 * @param open requests that never ended
 * @param exitCode the sample's after SIGTERM
 */
record LoadReport(
    List<Counts> phases,
    List<Counts> seconds,
    List<Transition> transitions,
    long open,
    int exitCode) {

  /** Requests without an answer that the application had taken. */
  long lost() {
    return open + phases.stream().mapToLong(each -> each.of(Outcome.LOST)).sum();
  }

  void write(Path directory) throws IOException {
    List<String> lines = new ArrayList<>();
    StringBuilder head = new StringBuilder("second,phase,sent");
    for (Outcome each : Outcome.values()) {
      head.append(',').append(each.label());
    }
    lines.add(head.toString());
    for (int i = 0; i < seconds.size(); i++) {
      Counts second = seconds.get(i);
      StringBuilder line = new StringBuilder(i + "," + name(second.phase()) + "," + second.sent());
      for (Outcome each : Outcome.values()) {
        line.append(',').append(second.of(each));
      }
      lines.add(line.toString());
    }
    Files.write(directory.resolve("seconds.csv"), lines);
    List<String> changes = new ArrayList<>(List.of("second,breaker,from,to"));
    transitions.forEach(
        each ->
            changes.add(
                String.format(
                    Locale.ROOT,
                    "%.1f,%s,%s,%s",
                    each.second(),
                    each.breaker(),
                    each.from(),
                    each.to())));
    Files.write(directory.resolve("breakers.csv"), changes);
    Files.writeString(directory.resolve("load.svg"), new LoadPlot(this).svg());
  }

  /** The phases as a table of Markdown. */
  String table() {
    StringBuilder table =
        new StringBuilder(
            "| phase | sent | hybrid | LLM | SLM alone | refused | turned away | failed | lost |\n"
                + "|---|---|---|---|---|---|---|---|---|\n");
    Map<Outcome, Long> ended = new EnumMap<>(Outcome.class);
    for (Counts phase : phases) {
      phase.ended().forEach((outcome, count) -> ended.merge(outcome, count, Long::sum));
      table.append(row(name(phase.phase()), phase));
    }
    long sent = phases.stream().mapToLong(Counts::sent).sum();
    table.append(row("all", new Counts(0, sent, ended)));
    return table
        + "\nnever ended: %d; changes of breakers: %d; exit code after SIGTERM: %d%n"
            .formatted(open, transitions.size(), exitCode);
  }

  static String name(int phase) {
    return phase < LoadRun.PHASES.size() ? LoadRun.PHASES.get(phase).name() : "SIGTERM";
  }

  private static String row(String name, Counts counts) {
    return "| %s | %,d | %,d | %,d | %,d | %,d | %,d | %,d | %,d |%n"
        .formatted(
            name,
            counts.sent(),
            counts.of(Outcome.HYBRID),
            counts.of(Outcome.LLM_ONLY),
            counts.of(Outcome.SLM_ONLY),
            counts.of(Outcome.REFUSED),
            counts.of(Outcome.TURNED_AWAY),
            counts.of(Outcome.FAILED),
            counts.of(Outcome.LOST));
  }
}
