package io.l2s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How failures name settings, and how a host gives them other names. */
class L2sExceptionTest {

  private static String shout(String setting) {
    return setting.toUpperCase(Locale.ROOT);
  }

  @Test
  void aHostNamesTheSettingsOfAMessage() {
    QueueFullException full = new QueueFullException(4);
    assertThat(full.settings()).containsExactly("queueCapacity");
    assertThat(full.capacity()).isEqualTo(4);
    assertThat(full)
        .hasMessage(
            "the queue is full: 4 requests are waiting; retry later or raise queueCapacity");
    assertThat(full.messageFor(L2sExceptionTest::shout)).endsWith("raise QUEUECAPACITY");
    ModelUnresponsiveException hung = new ModelUnresponsiveException(Duration.ofSeconds(3));
    assertThat(hung.messageFor(L2sExceptionTest::shout)).contains("NATIVECALLLIMIT, PT3S");
  }

  @Test
  void pathsAndValuesKeepTheirWords() {
    ModelLoadException failure =
        new ModelLoadException(Path.of("a/resume/b"), "no state; start without resume", "resume");
    assertThat(failure.messageFor(L2sExceptionTest::shout))
        .isEqualTo(Path.of("a/resume/b") + ": no state; start without RESUME");
    InvalidSettingException invalid =
        new InvalidSettingException("output", "a directory, as resume is set", "resume", "resume");
    assertThat(invalid.messageFor(L2sExceptionTest::shout))
        .isEqualTo("OUTPUT must be a directory, as RESUME is set, but was resume");
    assertThat(invalid.boundFor(L2sExceptionTest::shout))
        .isEqualTo("a directory, as RESUME is set");
  }

  @Test
  void aRequestAndASettingAreToldApart() {
    assertThatThrownBy(() -> GenerationRequest.of("a").withMaxNewTokens(0))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage("maxNewTokens must be between 1 and 4096, but was 0");
    assertThatThrownBy(() -> new GenerationDefaults(0, Optional.empty()))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessage("maxNewTokens must be between 1 and 4096, but was 0");
    assertThatThrownBy(() -> GenerationRequest.of("a").withTimeout(Duration.ZERO))
        .isInstanceOf(InvalidRequestException.class);
    assertThatThrownBy(() -> new GenerationDefaults(1, Optional.of(Duration.ZERO)))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessage("timeout must be greater than 0, but was PT0S");
  }

  @Test
  void manyProblemsGiveAShortMessage() {
    List<String> longOnes = Collections.nCopies(3_000, "x".repeat(1_000));
    assertThat(new ModelLoadException(Path.of("a"), longOnes).problems())
        .hasSize(21)
        .endsWith("and 2980 more problems");
    List<String> shortOnes = Collections.nCopies(101, "x");
    assertThat(new ModelLoadException(Path.of("a"), shortOnes).problems())
        .hasSize(101)
        .endsWith("and 1 more problems");
    assertThat(new ModelLoadException(Path.of("a"), shortOnes.subList(0, 100)).problems())
        .hasSize(100)
        .doesNotContain("and 0 more problems");
  }
}
