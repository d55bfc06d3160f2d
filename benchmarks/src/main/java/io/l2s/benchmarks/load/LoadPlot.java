package io.l2s.benchmarks.load;

import io.l2s.benchmarks.load.Tally.Counts;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Draws the ends of requests over time, and below them the states of the breakers, as SVG. */
final class LoadPlot {

  private static final int LEFT = 70;
  private static final int RIGHT = 930;
  private static final int TOP = 50;
  private static final int BOTTOM = 330;
  private static final int STRIPS = 370;
  private static final int STRIP_HEIGHT = 18;
  private static final int STRIP_STEP = 26;
  private static final int MOST_POINTS = 180;

  private static final Map<Outcome, String> COLORS = new EnumMap<>(Outcome.class);

  static {
    COLORS.put(Outcome.HYBRID, "#1f6fb4");
    COLORS.put(Outcome.LLM_ONLY, "#d9822b");
    COLORS.put(Outcome.SLM_ONLY, "#2e8b57");
    COLORS.put(Outcome.REFUSED, "#9a9a9a");
    COLORS.put(Outcome.FAILED, "#b02a37");
  }

  private static final Map<String, String> STATES =
      Map.of("CLOSED", "#cfe8d5", "HALF_OPEN", "#f0ad4e", "OPEN", "#c9474b");

  private final List<Counts> seconds;
  private final List<Transition> transitions;
  private final int bin;
  private final StringBuilder svg = new StringBuilder();

  LoadPlot(LoadReport report) {
    seconds = report.seconds();
    transitions = report.transitions();
    bin = Math.max(1, (seconds.size() + MOST_POINTS - 1) / MOST_POINTS);
  }

  String svg() {
    int height = STRIPS + STRIP_STEP * Transition.BREAKERS.size() + 20;
    svg.append(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 960 "
            + height
            + "\" font-family=\"sans-serif\" font-size=\"12\">\n"
            + "<rect width=\"960\" height=\""
            + height
            + "\" fill=\"white\"/>\n");
    drawPhases();
    double most = drawAxis();
    int legend = LEFT;
    for (Map.Entry<Outcome, String> each : COLORS.entrySet()) {
      drawLine(each.getKey(), each.getValue(), most);
      text(legend + 16, 20, "start", each.getKey().label().replace('_', ' '));
      rect(legend, 11, 12, 10, each.getValue());
      legend += 100;
    }
    drawBreakers();
    return svg.append("</svg>\n").toString();
  }

  private void drawPhases() {
    for (int i = 0; i < seconds.size(); i++) {
      int phase = seconds.get(i).phase();
      if (i == 0 || phase != seconds.get(i - 1).phase()) {
        double x = x(i);
        line(x, TOP - 12, x, BOTTOM, "#bbbbbb");
        boolean last = phase == LoadRun.PHASES.size();
        text(last ? x - 4 : x + 4, TOP - 4, last ? "end" : "start", LoadReport.name(phase));
      }
    }
  }

  /** The largest rate of the axis. */
  private double drawAxis() {
    double most = 1;
    for (Outcome each : COLORS.keySet()) {
      for (int i = 0; i < seconds.size(); i += bin) {
        most = Math.max(most, rate(each, i));
      }
    }
    line(LEFT, BOTTOM, RIGHT, BOTTOM, "#333333");
    line(LEFT, TOP, LEFT, BOTTOM, "#333333");
    for (int i = 0; i <= 4; i++) {
      text(LEFT - 6, y(most * i / 4, most) + 4, "end", number("%.0f", most * i / 4));
    }
    text(4, TOP - 4, "start", "requests/s");
    for (int i = 0; i <= 6; i++) {
      double second = seconds.size() * i / 6.0;
      text(x(second), BOTTOM + 18, "middle", number("%.1f min", second / 60));
    }
    return most;
  }

  private void drawLine(Outcome outcome, String color, double most) {
    svg.append("<polyline fill=\"none\" stroke-width=\"1.6\" stroke=\"" + color + "\" points=\"");
    for (int i = 0; i < seconds.size(); i += bin) {
      svg.append(number("%.1f,", x(i))).append(number("%.1f ", y(rate(outcome, i), most)));
    }
    svg.append("\"/>\n");
  }

  private double rate(Outcome outcome, int first) {
    int end = Math.min(seconds.size(), first + bin);
    return seconds.subList(first, end).stream().mapToLong(each -> each.of(outcome)).sum()
        / (double) (end - first);
  }

  private void drawBreakers() {
    int top = STRIPS;
    for (String breaker : Transition.BREAKERS) {
      text(LEFT - 6, top + 13, "end", breaker.replaceFirst("l2s-", ""));
      double from = 0;
      String state = "CLOSED";
      for (Transition each : transitions) {
        if (each.breaker().equals(breaker)) {
          drawState(from, each.second(), top, state);
          from = each.second();
          state = each.to();
        }
      }
      drawState(from, seconds.size(), top, state);
      top += STRIP_STEP;
    }
    int x = LEFT;
    for (String state : List.of("CLOSED", "HALF_OPEN", "OPEN")) {
      rect(x, top, 12, 10, STATES.getOrDefault(state, "#555555"));
      text(x + 16, top + 9, "start", "breaker " + state.toLowerCase(Locale.ROOT).replace('_', ' '));
      x += 150;
    }
  }

  private void drawState(double from, double to, int top, String state) {
    double width = Math.max(1.5, x(to) - x(from));
    rect(x(from), top, width, STRIP_HEIGHT, STATES.getOrDefault(state, "#555555"));
  }

  private double x(double second) {
    return LEFT + (RIGHT - LEFT) * second / Math.max(1, seconds.size());
  }

  private static double y(double rate, double most) {
    return BOTTOM - (BOTTOM - TOP - 10) * rate / most;
  }

  private void rect(double x, double y, double width, double height, String fill) {
    svg.append(
        number("<rect x=\"%.1f\" ", x)
            + number("y=\"%.1f\" ", y)
            + number("width=\"%.1f\" ", width)
            + number("height=\"%.1f\" ", height)
            + "fill=\""
            + fill
            + "\"/>\n");
  }

  private void line(double x, double y, double toX, double toY, String color) {
    svg.append(
        number("<line x1=\"%.1f\" ", x)
            + number("y1=\"%.1f\" ", y)
            + number("x2=\"%.1f\" ", toX)
            + number("y2=\"%.1f\" ", toY)
            + "stroke=\""
            + color
            + "\"/>\n");
  }

  private void text(double x, double y, String anchor, String text) {
    svg.append(
        number("<text x=\"%.1f\" ", x)
            + number("y=\"%.1f\" ", y)
            + "text-anchor=\""
            + anchor
            + "\">"
            + text
            + "</text>\n");
  }

  private static String number(String form, double value) {
    return String.format(Locale.ROOT, form, value);
  }
}
