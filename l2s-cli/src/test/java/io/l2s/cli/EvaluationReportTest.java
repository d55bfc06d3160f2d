package io.l2s.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.l2s.Route;
import io.l2s.engine.Precision;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class EvaluationReportTest {

  private static final RouteScore HYBRID =
      new RouteScore(Route.HYBRID, 30.126, 51.5, 200, 2_400, Duration.ofSeconds(1));
  private static final RouteScore LLM_ONLY =
      new RouteScore(Route.LLM_ONLY, 31.0, 52.0, 200, 2_500, Duration.ofSeconds(4));

  @Test
  void theTableStatesCircumstancesAndARouteALine() {
    assertThat(report(HYBRID, LLM_ONLY).table())
        .contains("batch size 16, precision int8/f32, device cpu, 2 processors")
        .containsPattern("hybrid +30\\.13 +51\\.50 +5\\.00 +2,400 +4\\.00x\n")
        .containsPattern("llm-only +31\\.00 +52\\.00 +20\\.00 +625 +1\\.00x\n");
  }

  @Test
  void withoutLlmOnlyThereIsNoSpeedUp() {
    EvaluationReport report = report(HYBRID);

    assertThat(report.table()).containsPattern("hybrid .* -\n");
    assertThat(route(report, 0).has("speed_up")).isFalse();
  }

  @Test
  void theJsonHoldsTheSameFigures() {
    JsonObject hybrid = route(report(HYBRID, LLM_ONLY), 0);

    assertThat(hybrid.get("route").getAsString()).isEqualTo("HYBRID");
    assertThat(hybrid.get("bleu").getAsDouble()).isEqualTo(30.126);
    assertThat(hybrid.get("ms_per_sentence").getAsDouble()).isEqualTo(5.0);
    assertThat(hybrid.get("tokens_per_second").getAsDouble()).isEqualTo(2_400.0);
    assertThat(hybrid.get("speed_up").getAsDouble()).isEqualTo(4.0);
  }

  private static EvaluationReport report(RouteScore... scores) {
    return new EvaluationReport(
        "b", "d.tsv", 200, 230, 16, 256, Precision.INT8, Precision.F32, "cpu", 2, List.of(scores));
  }

  private static JsonObject route(EvaluationReport report, int index) {
    return JsonParser.parseString(report.json())
        .getAsJsonObject()
        .getAsJsonArray("routes")
        .get(index)
        .getAsJsonObject();
  }
}
