package io.l2s.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

/** The report of a load that is written by hand. */
class LoadReportTest {

  private final Tally tally = new Tally(4);
  private List<Transition> transitions = List.of();

  private LoadReport report() {
    return new LoadReport(tally.phases(), tally.seconds(), transitions, tally.open(), 143);
  }

  @Test
  void aRequestThatNeverEndsIsLost() {
    tally.sent(0, 0);
    tally.sent(0, 0);
    tally.ended(0, 0, Outcome.HYBRID);
    assertThat(report().lost()).isEqualTo(1);
    tally.ended(0, 1, Outcome.LOST);
    assertThat(report().lost()).isEqualTo(1);
  }

  @Test
  void everyRequestCountsOnceInThePhaseThatSentIt(@TempDir Path directory) throws Exception {
    tally.sent(0, 0);
    tally.ended(0, 0, Outcome.HYBRID);
    tally.sent(0, 0);
    tally.sent(1, 1);
    tally.ended(0, 1, Outcome.REFUSED);
    tally.ended(1, 1, Outcome.SLM_ONLY);

    assertThat(report().table())
        .contains("| SLM faults 20 % | 2 | 1 | 0 | 0 | 1 | 0 | 0 | 0 |")
        .contains("| encoder faults 100 % | 1 | 0 | 0 | 1 | 0 | 0 | 0 | 0 |")
        .contains("| all | 3 | 1 | 0 | 1 | 1 | 0 | 0 | 0 |");
    report().write(directory);
    assertThat(Files.readAllLines(directory.resolve("seconds.csv")))
        .containsExactly(
            "second,phase,sent,hybrid,llm_only,slm_only,refused,failed,turned_away,lost",
            "0,SLM faults 20 %,2,1,0,0,0,0,0,0",
            "1,encoder faults 100 %,1,0,0,1,1,0,0,0");
  }

  @Test
  void changesOfTheFirstModelsBreakersSinceTheStartAreRead() {
    String changes =
        """
        [{"time": 900, "breaker": "l2s-slm", "from": "CLOSED", "to": "OPEN"},
         {"time": 2500, "breaker": "l2s-slm", "from": "OPEN", "to": "HALF_OPEN"},
         {"time": 2600, "breaker": "l2s-en-fr-slm", "from": "CLOSED", "to": "OPEN"}]
        """;
    assertThat(Transition.read(changes, 1000))
        .containsExactly(new Transition(1.5, "l2s-slm", "OPEN", "HALF_OPEN"));
  }

  @Test
  void thePlotShowsEachStateOfABreaker() throws Exception {
    for (int second = 0; second < 10; second++) {
      tally.sent(0, second);
      tally.ended(0, second, Outcome.HYBRID);
    }
    transitions =
        List.of(
            new Transition(4, "l2s-slm", "CLOSED", "OPEN"),
            new Transition(6, "l2s-slm", "OPEN", "HALF_OPEN"));

    String svg = new LoadPlot(report()).svg();

    Document drawn =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    assertThat(drawn.getElementsByTagName("polyline").getLength()).isEqualTo(5);
    // From second 4 to 6 of 10, on an axis of 860.
    assertThat(svg)
        .contains(
            "<rect x=\"414.0\" y=\"396.0\" width=\"172.0\" height=\"18.0\" fill=\"#c9474b\"/>");
  }
}
