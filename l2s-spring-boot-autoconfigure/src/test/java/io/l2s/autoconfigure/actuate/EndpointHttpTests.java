package io.l2s.autoconfigure.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.l2s.HybridLanguageModel;
import io.micrometer.tracing.test.simple.SimpleSpan;
import io.micrometer.tracing.test.simple.SimpleTracer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The endpoints as operators ask them. */
class EndpointHttpTests {

  /** A name before its labels in a query. */
  private static final Pattern METER = Pattern.compile("(\\w+)\\{");

  private static final String HISTOGRAM = "management.metrics.distribution.percentiles-histogram.";

  @Test
  void theEndpointReportsModelsAndReloadsNothingByDefault() throws Exception {
    try (OperatedApplication application = OperatedApplication.start()) {
      application.bean(HybridLanguageModel.class).generate("a b");
      JsonObject model =
          json(application.get("l2s")).getAsJsonObject("models").getAsJsonObject("default");
      assertThat(model.get("state").getAsString()).isEqualTo("ready");
      assertThat(model.get("bundle").getAsString())
          .isEqualTo(OperatedApplication.BUNDLE.toString());
      assertThat(model.getAsJsonObject("queue").get("capacity").getAsInt()).isEqualTo(256);
      assertThat(model.getAsJsonObject("featureCache").get("misses").getAsInt()).isOne();
      assertThat(model.getAsJsonObject("breakers").get("l2s-slm").getAsString())
          .isEqualTo("CLOSED");
      assertThat(json(application.get("l2s/default")).get("state").getAsString())
          .isEqualTo("ready");
      assertThat(application.get("l2s/other").statusCode()).isEqualTo(404);
      assertThat(application.post("l2s/default").statusCode()).isEqualTo(405);

      JsonObject info = json(application.get("info")).getAsJsonObject("l2s");
      assertThat(
              info.getAsJsonObject("models")
                  .getAsJsonObject("default")
                  .getAsJsonObject("components")
                  .getAsJsonObject("slm")
                  .get("family")
                  .getAsString())
          .isEqualTo("t5");
      assertThat(info.toString()).doesNotContain(OperatedApplication.BUNDLE.toString());
    }
  }

  @Test
  void healthAndInfoLeaveTheModelsOutWhereThatIsAskedFor() throws Exception {
    try (OperatedApplication application =
        OperatedApplication.start(
            "management.health.l2s.enabled=false", "management.info.l2s.enabled=false")) {
      assertThat(json(application.get("info")).has("l2s")).isFalse();
      assertThat(json(application.get("health")).getAsJsonObject("components").keySet())
          .contains("readinessState")
          .doesNotContain("l2s");
      assertThat(application.get("health/readiness").body()).doesNotContain("l2s");
    }
  }

  @Test
  void whereWritesAreAllowedAModelIsReloadedOrTheReasonIsGiven(@TempDir Path directory)
      throws Exception {
    Path bundle = copy(OperatedApplication.FIXTURES, directory);
    try (OperatedApplication application =
        OperatedApplication.start(
            "l2s.bundle=" + bundle, "management.endpoint.l2s.access=unrestricted")) {
      HttpResponse<String> reloaded = application.post("l2s/default");
      assertThat(reloaded.statusCode()).as(reloaded.body()).isEqualTo(200);
      assertThat(json(reloaded).get("state").getAsString()).isEqualTo("ready");
      assertThat(application.post("l2s/other").statusCode()).isEqualTo(404);

      Files.writeString(bundle.resolve("l2s.json"), "{}");
      HttpResponse<String> kept = application.post("l2s/default");
      assertThat(kept.statusCode()).isEqualTo(409);
      assertThat(json(kept).get("notReloaded").getAsString()).contains("l2s.json");
      assertThat(application.bean(HybridLanguageModel.class).generate("a b").text()).isNotNull();
    }
  }

  /** Copies the bundle and the LLM beside it. */
  private static Path copy(Path fixtures, Path target) throws IOException {
    for (String name : new String[] {"hybrid-a-t5-t5-add", "t5-llm"}) {
      try (Stream<Path> files = Files.walk(fixtures.resolve(name))) {
        files.forEach(
            file -> {
              try {
                Files.copy(file, target.resolve(fixtures.relativize(file).toString()));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
      }
    }
    return target.resolve("hybrid-a-t5-t5-add");
  }

  @Test
  void prometheusGetsEveryMeter() throws Exception {
    try (OperatedApplication application = OperatedApplication.start()) {
      HybridLanguageModel model = application.bean(HybridLanguageModel.class);
      model.generate("a b");
      model.generate("a b");
      String text = application.get("prometheus").body();
      assertThat(text.lines())
          .filteredOn(line -> line.startsWith("gen_ai_server_request_duration_seconds_count"))
          .singleElement()
          .asString()
          .contains(
              "l2s_model=\"default\"",
              "l2s_route=\"hybrid\"",
              "l2s_degradation=\"none\"",
              "l2s_outcome=\"length\"")
          .endsWith("} 2");
      assertThat(text)
          .contains("gen_ai_server_time_to_first_token_seconds_count")
          .contains("gen_ai_server_time_per_output_token_seconds_count")
          .contains("l2s_queue_waiting_requests{l2s_model=\"default\"} 0.0")
          .contains("l2s_queue_capacity_requests{l2s_model=\"default\"} 256.0")
          .contains("l2s_batch_sequences{l2s_model=\"default\"}")
          .contains("l2s_decode_calls_total{l2s_model=\"default\"}")
          .contains("l2s_decode_sequences_total{l2s_model=\"default\"}")
          .contains("l2s_feature_cache_gets_total{l2s_model=\"default\",result=\"hit\"} 1.0")
          .contains("l2s_feature_cache_gets_total{l2s_model=\"default\",result=\"miss\"} 1.0")
          .contains("l2s_feature_cache_evictions_total{l2s_model=\"default\"} 0.0")
          .contains("l2s_feature_cache_size{l2s_model=\"default\"} 1.0")
          .containsPattern("l2s_feature_cache_memory_bytes\\{l2s_model=\"default\"} [1-9]")
          .containsPattern("l2s_tokens_total\\{gen_ai_token_type=\"output\",.*} 16\\.0")
          .containsPattern("l2s_stage_seconds_count\\{.*l2s_stage=\"queue\"} 2")
          .containsPattern("l2s_stage_seconds_count\\{.*l2s_stage=\"encode\"} 1")
          .containsPattern("l2s_stage_seconds_count\\{.*l2s_stage=\"project\"} 2")
          .containsPattern("l2s_stage_seconds_count\\{.*l2s_stage=\"prefill\"} 2")
          .containsPattern("l2s_stage_seconds_count\\{.*l2s_stage=\"decode\"} 2");
      assertThat(application.bean(SimpleTracer.class).getSpans())
          .extracting(SimpleSpan::getName)
          .contains("text_completion default", "queue", "encode", "project", "prefill", "decode");
    }
  }

  @Test
  void theDashboardAsksForMetersThatThereAre() throws Exception {
    String dashboard = Files.readString(Path.of("../docs/grafana-dashboard.json"));
    Set<String> asked = new TreeSet<>();
    for (JsonElement panel :
        JsonParser.parseString(dashboard).getAsJsonObject().getAsJsonArray("panels")) {
      for (JsonElement target : panel.getAsJsonObject().getAsJsonArray("targets")) {
        String query = target.getAsJsonObject().get("expr").getAsString();
        METER.matcher(query).results().forEach(match -> asked.add(match.group(1)));
      }
    }
    assertThat(asked).hasSizeGreaterThan(15);
    try (OperatedApplication application =
        OperatedApplication.start(
            HISTOGRAM + "gen_ai.server.request.duration=true",
            HISTOGRAM + "gen_ai.server.time_to_first_token=true")) {
      application.bean(HybridLanguageModel.class).generate("a b");
      String exported = application.get("prometheus").body();
      assertThat(asked).filteredOn(name -> !exported.contains("\n" + name + "{")).isEmpty();
    }
  }

  private static JsonObject json(HttpResponse<String> response) {
    return JsonParser.parseString(response.body()).getAsJsonObject();
  }
}
