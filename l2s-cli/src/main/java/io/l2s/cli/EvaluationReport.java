package io.l2s.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.l2s.Route;
import io.l2s.engine.Precision;
import io.l2s.evaluation.Bootstrap;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The scores of all routes with the circumstances they were measured in. */
record EvaluationReport(
    String bundle,
    String data,
    int sources,
    long references,
    int batchSize,
    int maxNewTokens,
    Precision llmPrecision,
    Precision slmPrecision,
    String device,
    int processors,
    Bootstrap bootstrap,
    List<RouteScore> scores) {

  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  /** A header that states the circumstances, then a line for each route, quality before speed. */
  String table() {
    StringBuilder text = new StringBuilder();
    text.append(format("bundle     %s\n", bundle))
        .append(format("data       %s\n", dataText()))
        .append(format("run        %s\n", runText()))
        .append(format("bootstrap  %s\n\n", bootstrapText()));
    appendColumns(text, qualityRows(), "  ");
    text.append('\n');
    appendColumns(text, speedRows(), "  ");
    return text.toString();
  }

  /** The same in Markdown. */
  String markdown() {
    return format("%s; %s. %s.\n\n", dataText(), runText(), bootstrapText())
        + markdown(qualityRows())
        + "\n"
        + markdown(speedRows());
  }

  private String dataText() {
    return format("%s: %,d sources, %,d references", data, sources, references);
  }

  private String runText() {
    return format(
        "batch size %d, precision %s/%s, device %s, %d processors, at most %d new tokens",
        batchSize,
        EnumNames.of(llmPrecision),
        EnumNames.of(slmPrecision),
        device,
        processors,
        maxNewTokens);
  }

  private String bootstrapText() {
    return format(
        "%,d samples, seed %d; ± is the 95 %% confidence interval, p that of the difference from"
            + " llm-only%s",
        bootstrap.samples(),
        bootstrap.seed(),
        scores.get(0).quality().stream().allMatch(MetricScore::higherIsBetter)
            ? ""
            : "; TER: lower is better");
  }

  private List<List<String>> qualityRows() {
    List<List<String>> rows = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("route", "parameters"));
    for (MetricScore score : scores.get(0).quality()) {
      head.add(score.score().name());
      head.add("p");
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
        row.add(
            score.other().map(other -> format("%.4f", other.comparison().pValue())).orElse("-"));
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
            "median",
            "p95",
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
              speedUp(route).map(factor -> format("%.2fx", factor)).orElse("-"),
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
    report.addProperty("bundle", bundle);
    report.addProperty("data", data);
    report.addProperty("sources", sources);
    report.addProperty("references", references);
    report.addProperty("batch_size", batchSize);
    report.addProperty("max_new_tokens", maxNewTokens);
    report.addProperty("llmPrecision", EnumNames.of(llmPrecision));
    report.addProperty("slmPrecision", EnumNames.of(slmPrecision));
    report.addProperty("device", device);
    report.addProperty("processors", processors);
    report.addProperty("bootstrap_samples", bootstrap.samples());
    report.addProperty("bootstrap_seed", bootstrap.seed());
    JsonArray routes = new JsonArray();
    scores.forEach(score -> routes.add(json(score)));
    report.add("routes", routes);
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
    route.addProperty("ms_median", score.latency(0.5));
    route.addProperty("ms_p95", score.latency(0.95));
    route.addProperty("tokens_per_second", score.tokensPerSecond());
    route.addProperty("generated_tokens", score.tokens());
    route.addProperty("seconds", score.elapsed().toNanos() / 1e9);
    route.addProperty("encode_share", score.shares().encode());
    route.addProperty("prefill_share", score.shares().prefill());
    route.addProperty("decode_share", score.shares().decode());
    route.addProperty("rest_share", score.shares().rest());
    speedUp(score).ifPresent(factor -> route.addProperty("speed_up", factor));
    return route;
  }

  private Optional<Double> speedUp(RouteScore score) {
    return scores.stream()
        .filter(other -> other.route() == Route.LLM_ONLY)
        .findFirst()
        .map(score::speedUpOver);
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
