package io.l2s.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.l2s.Route;
import io.l2s.engine.Precision;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

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
    List<RouteScore> scores) {

  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  /** A header that states the circumstances, then a line for each route. */
  String table() {
    StringBuilder text = new StringBuilder();
    text.append(format("bundle     %s\n", bundle))
        .append(format("data       %s: %,d sources, %,d references\n", data, sources, references))
        .append(
            format(
                "run        batch size %d, precision %s/%s, device %s, %d processors, at most %d new"
                    + " tokens\n\n",
                batchSize,
                EnumNames.of(llmPrecision),
                EnumNames.of(slmPrecision),
                device,
                processors,
                maxNewTokens))
        .append(
            format(
                "%-9s %7s %7s %12s %10s %9s\n",
                "route", "BLEU", "chrF", "ms/sentence", "tokens/s", "speed-up"));
    for (RouteScore score : scores) {
      text.append(
          format(
              "%-9s %7.2f %7.2f %12.2f %,10.0f %9s\n",
              EnumNames.of(score.route()),
              score.bleu(),
              score.chrf(),
              score.millisecondsPerSentence(),
              score.tokensPerSecond(),
              speedUp(score).map(factor -> format("%.2fx", factor)).orElse("-")));
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
    JsonArray routes = new JsonArray();
    scores.forEach(score -> routes.add(json(score)));
    report.add("routes", routes);
    return GSON.toJson(report);
  }

  private JsonObject json(RouteScore score) {
    JsonObject route = new JsonObject();
    route.addProperty("route", score.route().name());
    route.addProperty("bleu", score.bleu());
    route.addProperty("chrf", score.chrf());
    route.addProperty("ms_per_sentence", score.millisecondsPerSentence());
    route.addProperty("tokens_per_second", score.tokensPerSecond());
    route.addProperty("generated_tokens", score.tokens());
    route.addProperty("seconds", score.elapsed().toNanos() / 1e9);
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
