package io.l2s.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchmarkCommandTest {

  @TempDir private Path directory;

  @Test
  void benchmarkTimesBothRoutes() {
    CliRun run =
        CliRun.of(
            "benchmark",
            "--llm",
            FixtureBundle.llm().toString(),
            "--slm",
            FixtureBundle.hybrid().resolve("slm").toString(),
            "--batch",
            "1,2",
            "--runs",
            "1",
            "--prompt-length",
            "5",
            "--output-length",
            "9");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out().lines().filter(line -> line.startsWith("hybrid"))).hasSize(2);
    assertThat(run.out().lines().filter(line -> line.startsWith("llm-only"))).hasSize(2);
  }

  @Test
  void aBundlesStagesAndLoadAreWrittenAsTableAndJson() throws IOException {
    Path json = directory.resolve("figures.json");
    Path plot = directory.resolve("load.svg");
    CliRun run =
        CliRun.of(
            "benchmark",
            "--bundle",
            FixtureBundle.write(directory).toString(),
            "--prompt-length",
            "8",
            "--output-length",
            "9",
            "--batch",
            "1,3",
            "--runs",
            "2",
            "--route",
            "hybrid,exact",
            "--concurrency",
            "1,3",
            "--requests",
            "6",
            "--json",
            json.toString(),
            "--plot",
            plot.toString());

    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).containsPattern("hybrid +3 ").containsPattern("exact +3 +6 ");
    assertThat(run.out())
        .contains("median of 2 (min-max)")
        .containsPattern("encode ms +prefill ms +first token ms +per step ms +total ms +tok/s")
        .containsPattern(
            "tok/s +latency p50 ms +latency p99 ms +1st token p50 ms +1st token p99 ms");
    JsonObject report = JsonParser.parseString(Files.readString(json)).getAsJsonObject();
    assertThat(report.get("processors").getAsInt()).isPositive();
    assertThat(report.get("busy").getAsInt()).isZero();
    assertThat(report.getAsJsonArray("stages")).hasSize(2);
    JsonObject stage = report.getAsJsonArray("stages").get(1).getAsJsonObject();
    assertThat(stage.get("batch").getAsInt()).isEqualTo(3);
    assertThat(stage.getAsJsonObject("per_step_ms").get("median").getAsDouble()).isPositive();
    assertThat(report.getAsJsonArray("load")).hasSize(4);
    JsonObject load = report.getAsJsonArray("load").get(3).getAsJsonObject();
    assertThat(load.get("clients").getAsInt()).isEqualTo(3);
    assertThat(load.get("requests").getAsInt()).isEqualTo(6);
    assertThat(load.get("latency_p99_ms").getAsDouble())
        .isGreaterThanOrEqualTo(load.get("latency_p50_ms").getAsDouble());
    assertThat(load.get("cached").getAsDouble()).isZero();
    assertThat(plot).content().contains("<svg", "<path");
  }

  @Test
  void repeatedPromptsUnderLoadAreFoundInTheFeatureCache() throws IOException {
    Path json = directory.resolve("load.json");

    CliRun run =
        CliRun.of(
            "benchmark",
            "--bundle",
            FixtureBundle.write(directory).toString(),
            "--route",
            "hybrid",
            "--output-length",
            "4",
            "--batch",
            "1",
            "--runs",
            "1",
            "--concurrency",
            "2",
            "--requests",
            "9",
            "--prompts",
            "3",
            "--prompt-lookup",
            "4",
            "--json",
            json.toString(),
            "--busy",
            "1");

    assertThat(run.err()).isEmpty();
    assertThat(run.out()).contains("; beside 1 busy process of this command");
    assertThat(run.out()).contains("cached").contains("100 %");
    JsonObject report = JsonParser.parseString(Files.readString(json)).getAsJsonObject();
    JsonObject load = report.getAsJsonArray("load").get(0).getAsJsonObject();
    assertThat(load.get("cached").getAsDouble()).isEqualTo(1);
    assertThat(report.get("busy").getAsInt()).isEqualTo(1);
    assertThat(report.get("threads").getAsString()).contains("waiting");
  }

  @Test
  void checkpointsNeedNoProjector() {
    Path plot = directory.resolve("steps.png");
    CliRun run =
        CliRun.of(
            "benchmark",
            "--llm",
            FixtureBundle.llm().toString(),
            "--slm",
            FixtureBundle.hybrid().resolve("slm").toString(),
            "--prompt-length",
            "4",
            "--output-length",
            "4",
            "--batch",
            "1",
            "--runs",
            "1",
            "--slm-precision",
            "int8",
            "--plot",
            plot.toString());

    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .contains("f32/int8 on cpu", "4 tokens decoded, one run")
        .containsPattern("llm-only +1( +\\d+\\.\\d\\d){5} +\\d+\n");
    assertThat(run.out()).containsPattern("hybrid +1 ");
    assertThat(plot).isNotEmptyFile();
  }

  @Test
  void busyNeighborsAreAtMostFourForEachCore() {
    int cores = Runtime.getRuntime().availableProcessors();

    for (int busy : new int[] {-1, 4 * cores + 1, Integer.MAX_VALUE}) {
      CliRun run = CliRun.of("benchmark", "--llm", "missing-model", "--busy", "" + busy);

      assertThat(run.err())
          .contains("--busy must be between 0 and " + 4 * cores + ", 4 for each core of this JVM")
          .contains("but was " + busy + "; --busy " + cores + " keeps each core busy");
      assertThat(run.exitCode()).isEqualTo(2);
    }
    CliRun most = CliRun.of("benchmark", "--llm", "missing-model", "--busy", "" + 4 * cores);
    assertThat(most.err()).contains("missing-model").doesNotContain("--busy");
  }

  @Test
  void aPlotOfTheRouteExactNeedsLoad() {
    CliRun run =
        CliRun.of(
            "benchmark",
            "--llm",
            FixtureBundle.llm().toString(),
            "--route",
            "exact",
            "--plot",
            directory.resolve("steps.svg").toString());

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--plot needs --concurrency if --route is exact alone");
  }

  @Test
  void aRouteThatTheModelLacksIsRefused() {
    CliRun run =
        CliRun.of("benchmark", "--llm", FixtureBundle.llm().toString(), "--route", "hybrid");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--route must be of llm-only for this model, but was hybrid");
  }
}
