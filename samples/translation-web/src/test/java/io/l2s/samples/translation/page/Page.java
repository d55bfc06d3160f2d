package io.l2s.samples.translation.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.support.ui.WebDriverWait;

/** The page in a browser, and what a person does with it. */
final class Page {

  private static final Duration LONGEST_WAIT = Duration.ofMinutes(2);
  private static final int PHONE = 390;

  final ChromeDriver driver;
  private final String address;

  Page(ChromeDriver driver, String address) {
    this.driver = driver;
    this.address = address;
  }

  /** Opens the page on a desktop with light colors, all models repaired. */
  Page open() {
    return open(1280, false);
  }

  Page openOnAPhone() {
    return open(PHONE, false);
  }

  Page openInTheDark() {
    return open(1280, true);
  }

  private Page open(int width, boolean dark) {
    size(width, width == PHONE ? 844 : 900);
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    driver.get(address);
    await(() -> !all("#cards article").isEmpty() && !text("#count").isEmpty());
    promised("fetch('api/faults', { method: 'DELETE' }).then(answer => answer.status)");
    return this;
  }

  private void size(long width, long height) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width == PHONE));
  }

  WebElement one(String selector) {
    return driver.findElement(By.cssSelector(selector));
  }

  List<WebElement> all(String selector) {
    return driver.findElements(By.cssSelector(selector));
  }

  /** The text of an element, seen or unseen. */
  String text(String selector) {
    return one(selector).getDomProperty("textContent");
  }

  /** The texts of the elements that a person sees, all of one moment. */
  List<String> seen(String selector) {
    return ((List<?>)
            script(
                "return [...document.querySelectorAll(arguments[0])]"
                    + ".filter(each => each.checkVisibility() && each.innerText)"
                    + ".map(each => each.innerText.trim())",
                selector))
        .stream().map(String.class::cast).toList();
  }

  void click(String selector) {
    one(selector).click();
  }

  /** Replaces the value of an input as a person does. */
  void write(String selector, String value) {
    one(selector).sendKeys(Keys.chord(Keys.CONTROL, "a"), Keys.DELETE, value);
  }

  Page openSettings() {
    if (one("#settings").getDomAttribute("open") == null) {
      click("#settings summary");
    }
    return this;
  }

  /** Clicks an example and waits for the translations and their measurement. */
  Page example(String name) {
    click("[data-example=" + name + "]");
    return awaitMeasurement();
  }

  /** Translates {@code text} and waits for the translations and their measurement. */
  Page translate(String text) {
    write("#text", text);
    click("#go");
    return awaitMeasurement();
  }

  Page awaitMeasurement() {
    await(() -> text("#verdict-detail").matches("as the large.*|Another route.*"));
    return this;
  }

  Page awaitTranslations() {
    await(() -> one("#go").isEnabled());
    return this;
  }

  void await(BooleanSupplier condition) {
    new WebDriverWait(driver, LONGEST_WAIT, Duration.ofMillis(50))
        .until(ignored -> condition.getAsBoolean());
  }

  Object script(String script, Object... arguments) {
    return driver.executeScript(script, arguments);
  }

  /** The value that the promise of an expression gets. */
  Object promised(String expression) {
    return driver.executeAsyncScript(
        "const done = arguments[arguments.length - 1];"
            + "Promise.resolve("
            + expression
            + ").then(done, failure => done('failed: ' + failure));");
  }

  /** What axe finds, a line for each rule that is broken. */
  List<?> findingsOfAxe() {
    try (InputStream axe = Page.class.getResourceAsStream("/axe.min.js")) {
      script(new String(axe.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return (List<?>)
        promised(
            "axe.run().then(({ violations }) => violations.map(({ id, nodes }) =>"
                + " id + ': ' + nodes.map(({ html, failureSummary }) =>"
                + " html + ' ' + failureSummary).join(' | ')))");
  }

  /** Stores a picture of the whole page where {@code -Dscreenshots=true} asks for it. */
  void screenshot(String name) {
    if (!Boolean.getBoolean("screenshots")) {
      return;
    }
    long width = ((Number) script("return innerWidth")).longValue();
    size(width, ((Number) script("return document.documentElement.scrollHeight")).longValue());
    try {
      Path directory = Files.createDirectories(Path.of("screenshots"));
      Files.write(directory.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
