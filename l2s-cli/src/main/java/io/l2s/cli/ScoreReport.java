package io.l2s.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.l2s.evaluation.Bootstrap;
import io.l2s.evaluation.Bootstrap.Interval;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The scores of one file of answers, or of two compared, with the files they were taken from. */
record ScoreReport(
    String hypotheses,
    Optional<String> compared,
    List<String> references,
    int segments,
    Optional<Bootstrap> bootstrap,
    List<MetricScore> scores) {

  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  /** A header that names the files, then a line for each metric. */
  String table() {
    StringBuilder text = new StringBuilder();
    text.append(format("hypotheses  %s\n", hypotheses));
    compared.ifPresent(file -> text.append(format("compared    %s\n", file)));
    text.append(format("references  %s\n", String.join(", ", references)));
    text.append(format("segments    %,d\n", segments));
    bootstrap.ifPresent(
        settings ->
            text.append(
                format(
                    "bootstrap   %,d samples, seed %d; ± is the 95 %% confidence interval\n",
                    settings.samples(), settings.seed())));
    text.append("\n").append(headings());
    scores.forEach(score -> text.append(line(score)));
    if (scores.stream().anyMatch(score -> !score.higherIsBetter())) {
      text.append("\nTER is an error rate: lower is better.\n");
    }
    return text.toString();
  }

  private String headings() {
    String figures = figures(compared.isPresent() ? "hypotheses" : "score");
    if (compared.isPresent()) {
      figures += figures("compared") + format(" %10s %7s", "difference", "p");
    }
    return format("%-9s%s  %s\n", "metric", figures, "signature");
  }

  private String line(MetricScore score) {
    String figures = figures(value(score.score().value(), score.interval()));
    if (score.other().isPresent()) {
      MetricScore.Other other = score.other().get();
      figures +=
          figures(value(other.score().value(), Optional.of(other.comparison().system())))
              + format(
                  " %+10.2f %7.4f", other.comparison().difference(), other.comparison().pValue());
    }
    return format("%-9s%s  %s\n", score.score().name(), figures, score.score().signature());
  }

  private String figures(String text) {
    return format(bootstrap.isPresent() ? " %15s" : " %7s", text);
  }

  private static String value(double score, Optional<Interval> interval) {
    return format("%.2f", score)
        + interval.map(around -> format(" ± %5.2f", around.halfWidth())).orElse("");
  }

  String json() {
    JsonObject report = new JsonObject();
    report.addProperty("hypotheses", hypotheses);
    compared.ifPresent(file -> report.addProperty("compared", file));
    JsonArray files = new JsonArray();
    references.forEach(files::add);
    report.add("references", files);
    report.addProperty("segments", segments);
    bootstrap.ifPresent(
        settings -> {
          report.addProperty("bootstrap_samples", settings.samples());
          report.addProperty("bootstrap_seed", settings.seed());
        });
    JsonArray metrics = new JsonArray();
    scores.forEach(score -> metrics.add(json(score)));
    report.add("metrics", metrics);
    return GSON.toJson(report);
  }

  /** The score under one metric, in the form of all reports. */
  static JsonObject json(MetricScore score) {
    JsonObject metric = new JsonObject();
    metric.addProperty("name", score.score().name());
    metric.addProperty("signature", score.score().signature());
    metric.addProperty("higher_is_better", score.higherIsBetter());
    metric.addProperty("score", score.score().value());
    score.interval().ifPresent(interval -> metric.add("interval", json(interval)));
    score
        .other()
        .ifPresent(
            other -> {
              metric.addProperty("compared_score", other.score().value());
              metric.add("compared_interval", json(other.comparison().system()));
              metric.addProperty("difference", other.comparison().difference());
              metric.addProperty("p_value", other.comparison().pValue());
            });
    return metric;
  }

  private static JsonObject json(Interval interval) {
    JsonObject json = new JsonObject();
    json.addProperty("mean", interval.mean());
    json.addProperty("low", interval.low());
    json.addProperty("high", interval.high());
    return json;
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
