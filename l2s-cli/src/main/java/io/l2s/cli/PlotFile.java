package io.l2s.cli;

import java.awt.Color;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Supplier;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;

/** A file that a plot is written to, as SVG or PNG. */
record PlotFile(Path path) {

  private static final int WIDTH = 800;
  private static final int HEIGHT = 500;

  static {
    System.setProperty("java.awt.headless", "true");
  }

  /**
   * @throws CommandFailure if the name ends in neither .svg nor .png
   */
  PlotFile {
    String name = path.toString().toLowerCase(Locale.ROOT);
    if (!name.endsWith(".svg") && !name.endsWith(".png")) {
      throw new CommandFailure(path + ": a plot's file must end in .svg or .png");
    }
  }

  /** An empty chart in the common style. */
  static XYChart chart(String title, String x, String y) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle(x)
            .yAxisTitle(y)
            .build();
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
    chart.getStyler().setLegendBorderColor(Color.WHITE);
    chart.getStyler().setLocale(Locale.ROOT);
    return chart;
  }

  /**
   * @param drawing makes the chart, which fails where Java has no fonts or graphics
   * @throws UncheckedIOException naming the file, if it cannot be drawn or written
   */
  void write(Supplier<XYChart> drawing) {
    try {
      save(drawing.get());
    } catch (LinkageError | InternalError e) {
      throw new UncheckedIOException(
          "cannot draw " + path, new IOException("Java has no fonts or graphics here: " + e, e));
    }
  }

  private void save(XYChart chart) {
    boolean svg = path.toString().toLowerCase(Locale.ROOT).endsWith(".svg");
    try (OutputStream out = Files.newOutputStream(path)) {
      if (svg) {
        VectorGraphicsEncoder.saveVectorGraphic(chart, out, VectorGraphicsFormat.SVG);
      } else {
        BitmapEncoder.saveBitmap(chart, out, BitmapFormat.PNG);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + path, e);
    }
  }
}
