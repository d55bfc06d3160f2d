package io.l2s.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l2s.NativesMissingException;
import io.l2s.NativesVersionException;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  @Test
  void theLibraryOfTheBuildHasTheVersionThatDjlNeeds() {
    assertThat(Natives.wantedVersion()).matches("\\d+\\.\\d+\\.\\d+");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aLibraryOfAnotherVersionIsRefusedByBothVersions(boolean download) {
    assertThatThrownBy(
            () ->
                Natives.requireVersion(
                    "linux-x86_64", Map.of("linux-x86_64", "2.5.1"), "2.7.1", download))
        .isInstanceOf(NativesVersionException.class)
        .hasMessageContainingAll(
            "has version 2.5.1",
            "needs 2.7.1",
            "ai.djl.pytorch:pytorch-native-cpu:2.7.1:linux-x86_64");
  }

  @Test
  void aMissingLibraryIsRefusedUnlessItMayBeDownloaded() {
    Map<String, String> other = Map.of("win-x86_64", "2.7.1");
    assertThatThrownBy(() -> Natives.requireVersion("linux-x86_64", other, "2.7.1", false))
        .isInstanceOf(NativesMissingException.class);
    Natives.requireVersion("linux-x86_64", other, "2.7.1", true);
  }
}
