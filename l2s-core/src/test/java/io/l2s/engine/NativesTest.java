package io.l2s.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NativesTest {

  private static final String OFFLINE = "ai.djl.offline";

  private final String before = System.getProperty(OFFLINE);

  @AfterEach
  void restore() {
    if (before == null) {
      System.clearProperty(OFFLINE);
    } else {
      System.setProperty(OFFLINE, before);
    }
  }

  @Test
  void djlIsKeptOffTheNetwork() {
    System.clearProperty(OFFLINE);
    Natives.prepare(false, ThreadOptions.AUTO, UnaryOperator.identity());
    assertThat(System.getProperty(OFFLINE)).isEqualTo("true");
  }

  @Test
  void aSettingOfTheApplicationIsKept() {
    System.setProperty(OFFLINE, "false");
    Natives.prepare(false, ThreadOptions.AUTO, UnaryOperator.identity());
    assertThat(System.getProperty(OFFLINE)).isEqualTo("false");
  }

  @Test
  void nothingIsSetWhereDownloadsAreAllowed() {
    System.clearProperty(OFFLINE);
    Natives.prepare(true, ThreadOptions.AUTO, UnaryOperator.identity());
    assertThat(System.getProperty(OFFLINE)).isNull();
  }
}
