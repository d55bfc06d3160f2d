package io.l2s.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l2s.InvalidSettingException;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ThreadOptionsTest {

  @Test
  void autoLeavesNumberAndWaitingToL2s() {
    assertThat(ThreadOptions.parse("auto", "Auto")).isEqualTo(ThreadOptions.AUTO);
  }

  @Test
  void numbersAreTaken() {
    ThreadOptions options = ThreadOptions.parse("3", "5000");
    assertThat(options.count()).hasValue(3);
    assertThat(options.waiting().mode()).isEqualTo(ThreadWait.Mode.SPINS);
    assertThat(options.waiting().spins()).hasValue(5000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "1025", "two", ""})
  void anotherNumberOfThreadsIsRefused(String threads) {
    assertThatThrownBy(() -> ThreadOptions.parse(threads, "auto"))
        .isInstanceOfSatisfying(
            InvalidSettingException.class,
            e -> {
              assertThat(e.field()).isEqualTo("threads");
              assertThat(e.bound()).isEqualTo("auto or a number between 1 and 1024");
              assertThat(String.valueOf(e.value())).isEqualTo(threads);
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "busy", ""})
  void anotherWaitIsRefused(String wait) {
    assertThatThrownBy(() -> ThreadOptions.parse("auto", wait))
        .isInstanceOfSatisfying(
            InvalidSettingException.class, e -> assertThat(e.field()).isEqualTo("wait"));
  }

  @Test
  void spinsWithoutANumberAreRefused() {
    assertThatThrownBy(() -> new ThreadWait(ThreadWait.Mode.SPINS, OptionalInt.empty()))
        .isInstanceOf(InvalidSettingException.class);
  }
}
