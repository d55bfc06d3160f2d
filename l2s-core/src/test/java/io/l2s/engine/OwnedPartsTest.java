package io.l2s.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OwnedPartsTest {

  private final List<String> closed = new ArrayList<>();
  private final OwnedParts parts = new OwnedParts();

  @Test
  void partsCloseLastAddedFirst() {
    parts.add(() -> closed.add("first"));
    parts.add(() -> closed.add("second"));
    parts.close();
    assertThat(closed).containsExactly("second", "first");
  }

  @Test
  void aPartThatFailsDoesNotKeepTheOthersOpen() {
    parts.add(() -> closed.add("first"));
    parts.add(
        () -> {
          throw new IOException("disk gone");
        });
    IllegalStateException failure = new IllegalStateException("busy");
    parts.add(
        () -> {
          throw failure;
        });
    assertThatThrownBy(parts::close)
        .isSameAs(failure)
        .satisfies(
            thrown ->
                assertThat(thrown.getSuppressed())
                    .singleElement()
                    .extracting(Throwable::getMessage)
                    .isEqualTo("closing failed: disk gone"));
    assertThat(closed).containsExactly("first");
  }

  @Test
  void aSecondCloseClosesNothingAgain() {
    parts.add(() -> closed.add("only"));
    parts.close();
    parts.close();
    assertThat(closed).containsExactly("only");
  }
}
