package io.l2s.samples.translation.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;

/**
 * The page on a desktop, on a phone and in the dark; with -Dscreenshots=true it leaves pictures.
 */
@PageTest
class PageAppearanceTests {

  @Test
  void aDesktopShowsTheRoutesSideBySide(Page page) {
    page.open().example("tea").example("day").example("friend");
    assertThat(page.all(".card"))
        .extracting(card -> card.getLocation().getY())
        .hasSize(3)
        .containsOnly(page.one("#HYBRID").getLocation().getY());
    assertThat(page.findingsOfAxe()).isEmpty();
    withoutFaultPanel(page);
    page.screenshot("desktop");
  }

  @Test
  void theDarkIsReadable(Page page) {
    page.openInTheDark().openSettings().example("day");
    assertThat(page.one("body").getCssValue("background-color")).isEqualTo("rgba(18, 21, 26, 1)");
    assertThat(page.findingsOfAxe()).isEmpty();
    withoutFaultPanel(page);
    page.screenshot("dark");
  }

  @Test
  void aPhoneShowsTheWholeTextAndLargeEnoughButtons(Page page) {
    page.openOnAPhone().example("friend");
    assertThat(page.script("return document.documentElement.scrollWidth")).isEqualTo(390L);
    assertThat(
            page.script(
                "const text = document.getElementById('text');"
                    + "return text.scrollHeight <= text.clientHeight"))
        .isEqualTo(true);
    assertThat(page.driver.findElements(By.cssSelector("button:not(.recall), select, summary")))
        .filteredOn(WebElement::isDisplayed)
        .allMatch(each -> each.getSize().getHeight() >= 44);
    assertThat(page.findingsOfAxe()).isEmpty();
    withoutFaultPanel(page);
    page.screenshot("phone");
  }

  @Test
  void errorsAndAlternativesAreReadable(Page page) {
    page.open().example("day");
    page.script("document.querySelector('#HYBRID .sentence').focus()");
    page.click("#HYBRID .sentence");
    page.await(() -> page.one("#alternatives").isDisplayed());
    assertThat(page.findingsOfAxe()).isEmpty();
    withoutFaultPanel(page);
    page.openSettings();
    page.write("#text", "");
    page.write("#numBeams", "99");
    page.click("#go");
    assertThat(page.seen(".error")).hasSize(2);
    assertThat(page.findingsOfAxe()).isEmpty();
    page.screenshot("error");
  }

  @Test
  void nothingMovesWhileTheTextComes(Page page) {
    page.open().example("friend");
    page.script(
        """
        window.heights = new Set();
        new ResizeObserver(() => heights.add(document.getElementById("cards").offsetHeight))
          .observe(document.getElementById("cards"));
        """);
    page.example("friend");
    assertThat((List<?>) page.script("return [...heights]")).hasSize(1);
  }

  /** The pictures show what a user sees without the profile dev. */
  private static void withoutFaultPanel(Page page) {
    page.script("document.getElementById('faults').hidden = true; scrollTo(0, 0)");
  }
}
