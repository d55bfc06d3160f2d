package io.l2s.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.knowm.xchart.XYChart;

class PlotFileTest {

  @TempDir private Path directory;

  @Test
  void aNameInSvgGetsAVectorGraphic() {
    Path svg = directory.resolve("plot.svg");

    new PlotFile(svg).write(PlotFileTest::chart);

    assertThat(svg).content().contains("<svg", "width=\"800px\"", "<path");
  }

  @Test
  void aNameInPngWhateverItsCaseGetsAnImage() throws IOException {
    Path png = directory.resolve("PLOT.PNG");

    new PlotFile(png).write(PlotFileTest::chart);

    BufferedImage image = ImageIO.read(png.toFile());
    assertThat(image.getWidth()).isEqualTo(800);
    assertThat(image.getHeight()).isEqualTo(500);
  }

  @Test
  void noOtherNameIsTaken() {
    assertThatThrownBy(() -> new PlotFile(Path.of("plot.pdf")))
        .isInstanceOf(CommandFailure.class)
        .hasMessage("plot.pdf: a plot's file must end in .svg or .png");
  }

  @Test
  void aFileThatCannotBeWrittenIsNamed() {
    Path nowhere = directory.resolve("missing").resolve("plot.svg");

    assertThatThrownBy(() -> new PlotFile(nowhere).write(PlotFileTest::chart))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("cannot write " + nowhere);
  }

  @Test
  void aChartThatJavaCannotDrawIsNamedAndLeavesNoFile() {
    Path svg = directory.resolve("plot.svg");

    assertThatThrownBy(
            () ->
                new PlotFile(svg)
                    .write(
                        () -> {
                          throw new InternalError("no fonts");
                        }))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("cannot draw " + svg)
        .hasRootCauseMessage("no fonts");
    assertThat(svg).doesNotExist();
  }

  @Test
  void drawingNeedsNoDisplay() {
    chart();

    assertThat(System.getProperty("java.awt.headless")).isEqualTo("true");
  }

  private static XYChart chart() {
    XYChart chart = PlotFile.chart("title", "x", "y");
    chart.addSeries("line", new double[] {1, 2}, new double[] {3, 4});
    return chart;
  }
}
