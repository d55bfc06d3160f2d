package io.l2s.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.l2s.Precision;
import io.l2s.Route;
import io.l2s.evaluation.Bootstrap;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Collectors;

/**
 * The scores of all routes with the conditions of their measurement.
 *
 * @param models directories by the option that named them, such as {@code bundle}
 * @param slmPrecision empty: there is no small model
 * @param baseline the measured route that speed-ups are relative to
 */
record EvaluationReport(
    SortedMap<String, String> models,
    String data,
    int sources,
    long references,
    int batchSize,
    int maxNewTokens,
    Precision llmPrecision,
    Optional<Precision> slmPrecision,
    String device,
    int processors,
    Bootstrap bootstrap,
    Route baseline,
    List<RouteScore> scores,
    List<RouteComparison> comparisons) {

  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  /**
   * A header that states the conditions, then a line for each route and comparison, quality before
   * speed.
   */
  String table() {
    StringBuilder text = new StringBuilder();
    models.forEach((option, directory) -> text.append(format("%-11s%s\n", option, directory)));
    text.append(format("data       %s\n", dataText()))
        .append(format("run        %s\n", runText()))
        .append(format("bootstrap  %s\n", bootstrapText()))
        .append(format("times      %s\n", timesText()));
    for (List<List<String>> rows : tables()) {
      text.append('\n');
      appendColumns(text, rows, "  ");
    }
    return text.toString();
  }

  /** The same in Markdown. */
  String markdown() {
    return format("%s; %s. %s. %s.\n\n", dataText(), runText(), bootstrapText(), timesText())
        + tables().stream().map(EvaluationReport::markdown).collect(Collectors.joining("\n"));
  }

  private List<List<List<String>>> tables() {
    return comparisons.isEmpty()
        ? List.of(qualityRows(), speedRows())
        : List.of(qualityRows(), comparisonRows(), speedRows());
  }

  private String dataText() {
    return format("%s: %,d sources, %,d references", data, sources, references);
  }

  private String runText() {
    return format(
        "batch size %d, precision %s%s, device %s, %d processors, at most %d new tokens",
        batchSize,
        EnumNames.of(llmPrecision),
        slmPrecision.map(precision -> "/" + EnumNames.of(precision)).orElse(""),
        device,
        processors,
        maxNewTokens);
  }

  private String bootstrapText() {
    return format(
        "%,d samples, seed %d; ± is the 95 %% confidence interval, p the probability that"
            + " chance makes such a difference%s",
        bootstrap.samples(),
        bootstrap.seed(),
        scores.get(0).quality().stream().allMatch(MetricScore::higherIsBetter)
            ? ""
            : "; TER: lower is better");
  }

  private String timesText() {
    return format(
        "ms/sentence is the whole run's time, shared by its sentences; latency is the ms of one"
            + " sentence in its batch; speed-up is that of ms/sentence over %s",
        EnumNames.of(baseline));
  }

  private List<List<String>> qualityRows() {
    List<List<String>> rows = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("route", "parameters"));
    for (MetricScore score : scores.get(0).quality()) {
      head.add(score.score().name());
    }
    rows.add(head);
    for (RouteScore route : scores) {
      List<String> row = new ArrayList<>();
      row.add(EnumNames.of(route.route()));
      row.add(format("%.1fM", route.parameters() / 1e6));
      for (MetricScore score : route.quality()) {
        row.add(
            format(
                "%.2f ± %.2f", score.score().value(), score.interval().orElseThrow().halfWidth()));
      }
      rows.add(row);
    }
    return rows;
  }

  private List<List<String>> comparisonRows() {
    List<List<String>> rows = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("difference"));
    for (MetricScore score : scores.get(0).quality()) {
      head.add(score.score().name());
      head.add("p");
    }
    rows.add(head);
    for (RouteComparison pair : comparisons) {
      List<String> row = new ArrayList<>();
      row.add(EnumNames.of(pair.route()) + " - " + EnumNames.of(pair.against()));
      for (Bootstrap.Comparison metric : pair.metrics()) {
        row.add(format("%+.2f", metric.difference()));
        row.add(format("%.4f", metric.pValue()));
      }
      rows.add(row);
    }
    return rows;
  }

  private List<List<String>> speedRows() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            "route",
            "ms/sentence",
            "latency p50",
            "latency p95",
            "tokens/s",
            "speed-up",
            "encode",
            "prefill",
            "decode",
            "rest"));
    for (RouteScore route : scores) {
      rows.add(
          List.of(
              EnumNames.of(route.route()),
              format("%.2f", route.millisecondsPerSentence()),
              format("%.2f", route.latency(0.5)),
              format("%.2f", route.latency(0.95)),
              format("%,.0f", route.tokensPerSecond()),
              format("%.2fx", speedUp(route)),
              percent(route.shares().encode()),
              percent(route.shares().prefill()),
              percent(route.shares().decode()),
              percent(route.shares().rest())));
    }
    return rows;
  }

  private static String percent(double share) {
    return format("%.0f %%", 100 * share);
  }

  private static void appendColumns(StringBuilder text, List<List<String>> rows, String gap) {
    int columns = rows.get(0).size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (List<String> row : rows) {
      text.append(format("%-" + widths[0] + "s", row.get(0)));
      for (int i = 1; i < columns; i++) {
        text.append(gap).append(format("%" + widths[i] + "s", row.get(i)));
      }
      text.append('\n');
    }
  }

  private static String markdown(List<List<String>> rows) {
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      text.append("| ").append(String.join(" | ", row)).append(" |\n");
      if (row == rows.get(0)) {
        text.append(row.stream().map(cell -> "---").collect(Collectors.joining("|", "|", "|\n")));
      }
    }
    return text.toString();
  }

  String json() {
    JsonObject report = new JsonObject();
    models.forEach((option, directory) -> report.addProperty(option.replace('-', '_'), directory));
    report.addProperty("data", data);
    report.addProperty("sources", sources);
    report.addProperty("references", references);
    report.addProperty("batch_size", batchSize);
    report.addProperty("max_new_tokens", maxNewTokens);
    report.addProperty("llm_precision", EnumNames.of(llmPrecision));
    slmPrecision.ifPresent(
        precision -> report.addProperty("slm_precision", EnumNames.of(precision)));
    report.addProperty("device", device);
    report.addProperty("processors", processors);
    report.addProperty("bootstrap_samples", bootstrap.samples());
    report.addProperty("bootstrap_seed", bootstrap.seed());
    report.addProperty("baseline", baseline.name());
    JsonArray routes = new JsonArray();
    scores.forEach(score -> routes.add(json(score)));
    report.add("routes", routes);
    JsonArray pairs = new JsonArray();
    comparisons.forEach(pair -> pairs.add(json(pair)));
    report.add("comparisons", pairs);
    return GSON.toJson(report);
  }

  private JsonObject json(RouteScore score) {
    JsonObject route = new JsonObject();
    route.addProperty("route", score.route().name());
    route.addProperty("parameters", score.parameters());
    JsonArray metrics = new JsonArray();
    score.quality().forEach(each -> metrics.add(ScoreReport.json(each)));
    route.add("metrics", metrics);
    route.addProperty("ms_per_sentence", score.millisecondsPerSentence());
    route.addProperty("latency_ms_p50", score.latency(0.5));
    route.addProperty("latency_ms_p95", score.latency(0.95));
    route.addProperty("tokens_per_second", score.tokensPerSecond());
    route.addProperty("generated_tokens", score.tokens());
    route.addProperty("seconds", score.elapsed().toNanos() / 1e9);
    route.addProperty("encode_share", score.shares().encode());
    route.addProperty("prefill_share", score.shares().prefill());
    route.addProperty("decode_share", score.shares().decode());
    route.addProperty("rest_share", score.shares().rest());
    route.addProperty("speed_up", speedUp(score));
    return route;
  }

  private JsonObject json(RouteComparison pair) {
    JsonObject comparison = new JsonObject();
    comparison.addProperty("route", pair.route().name());
    comparison.addProperty("against", pair.against().name());
    JsonArray metrics = new JsonArray();
    for (int i = 0; i < pair.metrics().size(); i++) {
      JsonObject metric = new JsonObject();
      metric.addProperty("name", scores.get(0).quality().get(i).score().name());
      metric.addProperty("difference", pair.metrics().get(i).difference());
      metric.addProperty("p_value", pair.metrics().get(i).pValue());
      metrics.add(metric);
    }
    comparison.add("metrics", metrics);
    return comparison;
  }

  private double speedUp(RouteScore score) {
    RouteScore other =
        scores.stream().filter(each -> each.route() == baseline).findFirst().orElseThrow();
    return score.speedUpOver(other);
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
