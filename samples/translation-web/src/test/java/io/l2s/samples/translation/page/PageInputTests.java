package io.l2s.samples.translation.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the page says about inputs that it cannot translate. */
@PageTest
class PageInputTests {

  @Test
  void anEmptyTextIsAskedForAtItsInput(Page page) {
    page.open();
    page.write("#text", "");
    page.click("#go");
    assertThat(page.seen(".error")).containsExactly("Write a text first.");
    assertThat(page.one("#text").getDomAttribute("aria-invalid")).isEqualTo("true");
    assertThat(page.driver.switchTo().activeElement()).isEqualTo(page.one("#text"));
    assertThat(page.seen(".tag")).isEmpty();
    page.one("#text").sendKeys("Hello");
    assertThat(page.seen(".error")).isEmpty();
    assertThat(page.one("#text").getDomAttribute("aria-invalid")).isNull();
  }

  @Test
  void aSettingOutOfItsBoundsOpensTheSettings(Page page) {
    page.open().openSettings();
    page.write("#numBeams", "99");
    page.click("#settings summary");
    page.click("#go");
    assertThat(page.seen(".error")).containsExactly("Write a number from 1 to 16.");
    assertThat(page.one("#numBeams").getDomAttribute("aria-invalid")).isEqualTo("true");
  }

  @Test
  void whatTheServerRefusesIsSaidOnceAtTheInput(Page page) {
    page.open().openSettings();
    page.write("#numBeams", "4");
    page.write("#temperature", "0.5");
    page.click("#go");
    page.await(() -> !page.seen(".error").isEmpty());
    assertThat(page.seen(".error, .tag"))
        .containsExactly("Beams go without chance. Choose 1 beam, or temperature 0.");
    assertThat(page.one("#numBeams").getDomAttribute("aria-invalid")).isEqualTo("true");
  }

  @Test
  void theTextEndsAtItsMostCharacters(Page page) {
    page.open();
    page.script(
        "const text = document.getElementById('text'); text.value = 'a'.repeat(4999);"
            + "text.dispatchEvent(new Event('input', { bubbles: true }))");
    page.one("#text").sendKeys("bcd");
    assertThat(page.one("#text").getDomProperty("value")).hasSize(5_000).endsWith("ab");
    assertThat(page.text("#count")).isEqualTo("5,000 of 5,000");
  }

  @Test
  void anApplicationThatIsGoneIsSaidInWords(Page page) {
    page.open();
    offline(page, true);
    page.click("#go");
    page.await(() -> !page.seen(".error").isEmpty());
    assertThat(page.seen(".error"))
        .containsExactly("The application does not answer. Is it still running?");
    assertThat(page.one("#go").isEnabled()).isTrue();
    offline(page, false);
    page.click("#go");
    page.awaitMeasurement();
    assertThat(page.seen(".error")).isEmpty();
  }

  @AfterEach
  void online(Page page) {
    offline(page, false);
  }

  private static void offline(Page page, boolean is) {
    page.driver.executeCdpCommand("Network.enable", Map.of());
    page.driver.executeCdpCommand(
        "Network.emulateNetworkConditions",
        Map.of("offline", is, "latency", 0, "downloadThroughput", -1, "uploadThroughput", -1));
  }
}
