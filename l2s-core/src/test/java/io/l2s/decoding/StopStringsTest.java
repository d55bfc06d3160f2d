package io.l2s.decoding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class StopStringsTest {

  @Test
  void textBeforeAStopStringPassesAndTheRestIsDropped() {
    StopStrings stops = new StopStrings(List.of("END"));
    assertThat(stops.append("so far END and more")).isEqualTo("so far ");
    assertThat(stops.reached()).isTrue();
    assertThat(stops.append("more")).isEmpty();
    assertThat(stops.finish()).isEmpty();
  }

  @Test
  void aStopStringInPiecesIsHeldBackUntilItIsCertain() {
    StopStrings stops = new StopStrings(List.of("###"));
    assertThat(stops.append("a#")).isEqualTo("a");
    assertThat(stops.append("#")).isEmpty();
    assertThat(stops.reached()).isFalse();
    assertThat(stops.append("#b")).isEmpty();
    assertThat(stops.reached()).isTrue();
  }

  @Test
  void whatTurnsOutHarmlessIsReleased() {
    StopStrings stops = new StopStrings(List.of("abcd", "bx"));
    assertThat(stops.append("xab")).isEqualTo("x");
    assertThat(stops.append("cz")).isEqualTo("abcz");
    assertThat(stops.append("ab")).isEmpty();
    assertThat(stops.finish()).isEqualTo("ab");
  }

  @Test
  void theEarliestOfSeveralCounts() {
    StopStrings stops = new StopStrings(List.of("later", "now"));
    assertThat(stops.append("do it now or later")).isEqualTo("do it ");
  }

  @Test
  void theSameTextPassesWhateverPiecesItComesIn() {
    List<String> overlapping = List.of("abcd", "bc");
    StopStrings atOnce = new StopStrings(overlapping);
    assertThat(atOnce.append("abcd")).isEqualTo("a");
    StopStrings inPieces = new StopStrings(overlapping);
    assertThat(inPieces.append("ab")).isEmpty();
    assertThat(inPieces.append("c")).isEqualTo("a");
    assertThat(inPieces.reached()).isTrue();
  }

  @Test
  void ofStopStringsThatEndTogetherTheLongestCounts() {
    StopStrings stops = new StopStrings(List.of("bc", "abc"));
    assertThat(stops.append("xabc")).isEqualTo("x");
  }

  @Test
  void withoutStopStringsAllPassesAtOnce() {
    StopStrings stops = new StopStrings(List.of());
    assertThat(stops.append("text")).isEqualTo("text");
    assertThat(stops.reached()).isFalse();
  }
}
