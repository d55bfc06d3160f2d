package io.l2s.cli;

import com.google.gson.JsonObject;
import io.l2s.engine.CpuFeatures;
import java.time.LocalDate;
import java.util.List;

/**
 * The machine and the settings for which the figures of a benchmark hold.
 *
 * @param precision the LLM's number format, and the SLM's behind a slash where there is one
 * @param threads number of the threads that compute and how they wait, in words
 * @param promptLength tokens of a prompt
 * @param outputLength tokens that are decoded
 * @param runs measured runs
 * @param busy processes that kept a core busy each
 */
record BenchmarkSetting(
    String precision,
    String device,
    int processors,
    String threads,
    int promptLength,
    int outputLength,
    int runs,
    int busy) {

  /** The lines above the tables. */
  List<String> lines() {
    String neighbors =
        busy == 0
            ? ""
            : "; beside " + busy + " busy process" + (busy == 1 ? "" : "es") + " of this command";
    return List.of(
        String.format(
            "%s on %s, %d cores; prompts of %d tokens, %d tokens decoded, %s",
            precision,
            device,
            processors,
            promptLength,
            outputLength,
            runs == 1 ? "one run" : "median of " + runs + " (min-max)"),
        threads + neighbors);
  }

  /** The fields of a report, with those of this machine and day. */
  JsonObject json() {
    JsonObject report = new JsonObject();
    report.addProperty("precision", precision);
    report.addProperty("device", device);
    report.addProperty("processors", processors);
    report.addProperty("threads", threads);
    report.addProperty("busy", busy);
    report.addProperty("int8_instructions", CpuFeatures.current().hasVnni());
    report.addProperty("bf16_instructions", CpuFeatures.current().hasBf16());
    report.addProperty("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    report.addProperty("java", System.getProperty("java.version"));
    report.addProperty("date", LocalDate.now().toString());
    report.addProperty("prompt_length", promptLength);
    report.addProperty("output_length", outputLength);
    report.addProperty("runs", runs);
    return report;
  }
}
