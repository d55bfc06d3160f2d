package io.l2s.samples.translation.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** The fault panel: what breaks, who answers, and which breaker opens. */
@PageTest
class PageFaultTests {

  private static final String WARNING = "#HYBRID .tag.warning";

  @Autowired private CircuitBreakerRegistry breakers;

  @Test
  void aBrokenSmallModelIsReplacedUntilItIsRepaired(Page page) {
    page.open();
    page.click("#slmBroken");
    page.await(() -> page.one("#slmBroken").isSelected());
    page.example("tea");
    assertThat(page.seen(WARNING))
        .containsExactly("Hybrid could not answer: the small model failed. Large model alone did.");
    assertThat(page.one(WARNING).getDomAttribute("data-cause")).isEqualTo("SLM_FAILED");
    assertThat(page.text("#verdict")).isEqualTo("not measured");
    page.click("#repair");
    page.await(() -> !page.one("#slmBroken").isSelected());
    page.example("tea");
    assertThat(page.seen(WARNING)).isEmpty();
    assertThat(page.text("#verdict")).contains("as fast");
  }

  @Test
  void failuresOpenTheBreakerOfTheSmallModel(Page page) {
    page.open();
    page.click("#slmBroken");
    page.example("day");
    page.await(() -> page.seen("#breakers .open").size() == 1);
    assertThat(page.seen("#breakers .open").get(0)).contains("l2s-slm", "open", "failed");
    assertThat(page.seen(WARNING).toString()).contains("its breaker is open");
    page.script("scrollTo(0, document.body.scrollHeight)");
    page.screenshot("faults");
    assertThat(page.findingsOfAxe()).isEmpty();
    page.click("#repair");
    page.await(() -> page.seen("#breakers .open").isEmpty());
    assertThat(breakers.circuitBreaker("l2s-slm").getState())
        .isEqualTo(CircuitBreaker.State.CLOSED);
  }

  @Test
  void aLargeModelThatReadsLaterSaysSoInItsBar(Page page) {
    page.open();
    page.click("#llmSlow");
    page.await(() -> page.one("#llmSlow").isSelected());
    page.click("[data-example=tea]");
    page.awaitTranslations();
    assertThat(page.text("#HYBRID .legend .encode dd")).endsWith(" s");
    assertThat(page.text("#SLM_ONLY .legend .encode dd")).endsWith(" ms");
  }

  @Test
  void whereTheLargeModelsBreakerIsOpenTheSmallModelAnswersAlone(Page page) {
    page.open();
    breakers.circuitBreaker("l2s-encoder").transitionToOpenState();
    page.example("tea");
    assertThat(page.seen(".tag.warning"))
        .containsExactly(
            "Hybrid could not answer: its breaker is open. Small model alone did.",
            "Large model alone could not answer: its breaker is open. Small model alone did.");
  }

  @AfterEach
  void repair(Page page) {
    page.open();
  }
}
