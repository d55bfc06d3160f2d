package io.l2s.samples.translation.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;

/** Translations, their measurement, their alternatives and their history in a browser. */
@PageTest
class PageTranslationTests {

  private static final String HYBRID = "#HYBRID .text";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          tea    | Ich hätte gerne eine Tasse Tee.
          rain   | Wenn es morgen regnet, bleiben wir zu Hause.
          museum | Wann öffnet morgen das Museum?
          day    | Gestern habe ich einen alten Freund getroffen. Wir sind in ein kleines \
          Restaurant gegangen. Das Essen war sehr gut. Es hat den ganzen Tag geregnet. Wir waren \
          müde, aber wir waren glücklich.
          """)
  void examplesAreTranslatedWell(String example, String german, Page page) {
    page.open().example(example);
    assertThat(page.text(HYBRID)).isEqualTo(german);
    assertThat(page.seen(".figures [data-figure=tokens]")).hasSize(3).doesNotContain("0", "–");
    assertThat(page.seen(".tags"))
        .containsExactly(
            "answered by hybrid", "answered by large model alone", "answered by small model alone");
  }

  @Test
  void aTextOfTenSentencesKeepsTheirOrderAndItsLineBreaks(Page page) {
    page.open().example("friend");
    assertThat(page.all("#HYBRID .sentence")).hasSize(10);
    assertThat(page.text(HYBRID))
        .startsWith("Gestern habe ich einen alten Freund getroffen. Ich war sehr glücklich")
        .contains("Kaffee.\n\nEr wohnt in einem kleinen Dorf.")
        .endsWith("Ich hoffe, ich werde ihn wiedersehen.");
  }

  @Test
  void theTextGrowsWhileItIsTranslated(Page page) {
    page.open();
    page.script(
        """
        window.lengths = [];
        const text = document.querySelector("#HYBRID .text");
        new MutationObserver(() => lengths.push(text.textContent.length))
          .observe(text, { childList: true, characterData: true, subtree: true });
        """);
    page.example("day");
    List<?> lengths = (List<?>) page.script("return [...new Set(lengths)].filter(n => n > 0)");
    assertThat(lengths).hasSizeGreaterThan(5).isSortedAccordingTo((a, b) -> number(a) - number(b));
  }

  private static int number(Object value) {
    return ((Number) value).intValue();
  }

  @Test
  void theMeasurementAlternatesAndDiscardsItsFirstRound(Page page) {
    page.open();
    page.script(
        """
        window.asked = [];
        const send = window.fetch;
        window.fetch = (path, options) => {
          if (path === "api/translate" && options.body) asked.push(JSON.parse(options.body).route);
          return send(path, options);
        };
        """);
    page.example("tea");
    List<?> asked = (List<?>) page.script("return asked");
    int rounds = asked.size() / 3;
    assertThat(rounds).isBetween(4, 10);
    assertThat(asked.subList(0, 6))
        .isEqualTo(List.of("HYBRID", "LLM_ONLY", "SLM_ONLY", "LLM_ONLY", "SLM_ONLY", "HYBRID"));
    assertThat(page.all("#runs .hybrid circle")).hasSize(rounds - 1);
    assertThat(page.text("#verdict")).matches("(\\d+\\.\\d× )?as fast(: slower here)?");
    assertThat(page.text("#verdict-detail"))
        .contains("medians of " + (rounds - 1) + " alternating runs");
    assertThat(page.seen(".basis")).containsOnly("median of " + (rounds - 1) + " runs").hasSize(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1.84 | 1.8× as fast
          0.81 | 0.8× as fast: slower here
          1.04 | as fast
          0.98 | as fast
          """)
  void theVerdictIsInTheRightWords(double ratio, String words, Page page) {
    page.open();
    assertThat(page.promised("import('/js/measure.js').then(m => m.speedWords(" + ratio + "))"))
        .isEqualTo(words);
  }

  @Test
  void theSpeedIsTheRatioOfMediansWithTheSpreadOfTheRounds(Page page) {
    page.open();
    Object speed =
        page.promised(
            """
            import("/js/measure.js").then(m => {
              const rounds = [[10, 20], [10, 18], [10, 90], [40, 22], [10, 24]]
                .map(([a, b]) => ({ HYBRID: { total: a }, LLM_ONLY: { total: b } }));
              const { median, low, high } = m.speed(rounds, "HYBRID", "LLM_ONLY");
              return [median, low, high].map(each => each.toFixed(2)).join(" ");
            })\
            """);
    assertThat(speed).isEqualTo("2.20 1.80 2.40");
  }

  @Test
  void aCutTranslationSaysSo(Page page) {
    page.open().openSettings();
    page.write("#maxNewTokens", "3");
    page.example("rain");
    assertThat(page.text(HYBRID)).endsWith(" …");
    assertThat(page.seen("#HYBRID .tag.warning"))
        .containsExactly(
            "Cut at the maximum of tokens: 1 of 1 sentences. Raise the maximum in the settings.");
  }

  @Test
  void aSeedFixesWhatIsSampled(Page page) {
    page.open().openSettings();
    page.write("#temperature", "1.5");
    page.write("#seed", "5");
    String first = page.example("friend").text(HYBRID);
    assertThat(page.example("friend").text(HYBRID)).isEqualTo(first);
    page.write("#seed", "6");
    assertThat(page.example("friend").text(HYBRID)).isNotEqualTo(first);
  }

  @Test
  void anotherLanguageHasItsOwnRoutes(Page page) {
    page.open();
    page.one("#language").sendKeys("French");
    assertThat(page.seen("h1")).containsExactly("English to French");
    page.example("tea");
    assertThat(page.text(HYBRID)).isEqualTo("Je voudrais une tasse de thé.");
    assertThat(page.one(HYBRID).getDomAttribute("lang")).isEqualTo("fr");
    assertThat(page.seen(".card h2")).containsExactly("Hybrid", "Large model alone");
  }

  @Test
  void aHoveredSentenceShowsItsAlternatives(Page page) {
    page.open().example("day");
    page.script("arguments[0].scrollIntoView({ block: 'center' })", page.one("#HYBRID .sentence"));
    new org.openqa.selenium.interactions.Actions(page.driver)
        .moveToElement(page.all("#HYBRID .sentence").get(2))
        .perform();
    page.await(() -> page.one("#alternatives").isDisplayed());
    assertThat(page.seen("#alternatives li")).hasSize(4).allMatch(each -> each.contains("token"));
    assertThat(page.text("#alternatives .candidate")).isEqualTo("Das Essen war sehr gut.");
    assertThat(page.text("#alternatives .score")).matches("log-probability -\\d.*");
  }

  @Test
  void theKeyboardIsEnough(Page page) {
    page.open();
    page.one("#text").sendKeys(Keys.chord(Keys.CONTROL, Keys.ENTER));
    page.awaitMeasurement();
    page.script("document.querySelector('#HYBRID .sentence').focus()");
    page.driver.switchTo().activeElement().sendKeys(Keys.ARROW_RIGHT);
    page.await(() -> page.one("#alternatives").isDisplayed());
    assertThat(page.driver.switchTo().activeElement().getText())
        .isEqualTo("Wir sind in ein kleines Restaurant gegangen.");
    page.driver.switchTo().activeElement().sendKeys(Keys.ESCAPE);
    assertThat(page.one("#alternatives").isDisplayed()).isFalse();
  }

  @Test
  void onlyResultsAreSpoken(Page page) {
    page.open();
    page.script(
        """
        window.spoken = [];
        const region = document.getElementById("spoken");
        new MutationObserver(() => spoken.push(region.textContent)).observe(region, { childList: true });
        """);
    page.example("tea");
    page.await(() -> page.text("#spoken").startsWith("Measured"));
    List<?> spoken = (List<?>) page.script("return spoken");
    assertThat(spoken).hasSize(2);
    assertThat(spoken.get(0)).isEqualTo("Hybrid: Ich hätte gerne eine Tasse Tee.");
    assertThat(spoken.get(1).toString()).matches("Measured: .*as fast.* as the large model alone.");
    assertThat(page.all("#cards [aria-live], #cards [role=status]")).isEmpty();
  }

  @Test
  void theHistoryRemembersMeasurementsAndTheirTexts(Page page) {
    page.open().example("tea").example("rain");
    page.await(() -> page.all("#entries tr").size() == 2);
    assertThat(page.all("#trend circle")).hasSize(2);
    page.all(".recall").get(1).click();
    assertThat(page.one("#text").getDomProperty("value")).isEqualTo("I would like a cup of tea.");
    page.click("#forget");
    assertThat(page.one("#history").isDisplayed()).isFalse();
  }

  @Test
  void theReplayEndsWithTheSameTexts(Page page) {
    page.open().example("tea");
    String before = page.text("#cards");
    page.click("#replay");
    page.await(() -> page.all(".card.running").isEmpty() && page.text("#cards").equals(before));
    assertThat(page.driver.findElements(By.cssSelector("#HYBRID .sentence"))).hasSize(1);
  }

  @Test
  void thePageLoadsLittleAndFromNowhereElse(Page page) {
    page.open();
    List<?> loaded =
        (List<?>)
            page.script(
                "return performance.getEntriesByType('resource').filter(r => !/api/.test(r.name))"
                    + ".map(r => r.name)");
    String origin = page.driver.getCurrentUrl();
    assertThat(loaded.stream().map(Object::toString).collect(Collectors.toSet()))
        .allMatch(name -> name.startsWith(origin))
        .hasSizeLessThan(20);
  }
}
