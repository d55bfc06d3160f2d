package io.l2s;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.GenerationFailedException.Component;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ComponentNamesTest {

  @Test
  void theCauseOfADegradationHasTheNameOfTheComponentThatFailed() {
    assertThat(Degradation.Cause.values())
        .extracting(Enum::name)
        .filteredOn(name -> name.endsWith("_FAILED"))
        .containsExactlyElementsOf(
            Arrays.stream(Component.values()).map(each -> each.name() + "_FAILED").toList());
  }
}
