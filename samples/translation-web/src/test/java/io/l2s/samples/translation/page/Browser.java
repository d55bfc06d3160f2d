package io.l2s.samples.translation.page;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/** Starts one installed Chromium or Chrome for all tests and opens the page in it for each test. */
final class Browser implements ExecutionCondition, ParameterResolver, AfterEachCallback {

  private static final Optional<Path> BROWSER =
      find("L2S_TEST_BROWSER", "chromium", "chromium-browser", "google-chrome", "chrome.exe");
  private static final Optional<Path> DRIVER =
      find("L2S_TEST_CHROMEDRIVER", "chromedriver", "chromedriver.exe");

  private static final String HOW_TO_GET_ONE =
      "No browser is installed. On Debian: apt-get install chromium chromium-driver. Elsewhere put"
          + " Chromium or Chrome and its chromedriver on PATH, or name them by L2S_TEST_BROWSER and"
          + " L2S_TEST_CHROMEDRIVER.";

  private static final Logger LOG = LoggerFactory.getLogger(Browser.class);

  private static final ExtensionContext.Namespace STORE =
      ExtensionContext.Namespace.create(Browser.class);

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    if (BROWSER.isPresent() && DRIVER.isPresent()) {
      return ConditionEvaluationResult.enabled("a browser is installed");
    }
    LOG.warn("{} is skipped. {}", context.getDisplayName(), HOW_TO_GET_ONE);
    return ConditionEvaluationResult.disabled(HOW_TO_GET_ONE);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Page.class;
  }

  @Override
  public Page resolveParameter(ParameterContext parameter, ExtensionContext context) {
    int port =
        SpringExtension.getApplicationContext(context)
            .getEnvironment()
            .getRequiredProperty("local.server.port", Integer.class);
    return new Page(running(context).driver(), "http://localhost:" + port + "/");
  }

  @Override
  public void afterEach(ExtensionContext context) {
    ChromeDriver driver = running(context).driver();
    driver.executeScript("sessionStorage.clear()");
    driver.get("about:blank");
  }

  private static Running running(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(STORE)
        .getOrComputeIfAbsent("browser", name -> new Running(start()), Running.class);
  }

  private static ChromeDriver start() {
    ChromeOptions options = new ChromeOptions();
    options.setBinary(BROWSER.orElseThrow().toString());
    options.addArguments("--headless=new", "--hide-scrollbars", "--disable-dev-shm-usage");
    // Chromium refuses its sandbox to root, as whom containers often build.
    options.addArguments("--no-sandbox");
    return new ChromeDriver(
        new ChromeDriverService.Builder()
            .usingDriverExecutable(DRIVER.orElseThrow().toFile())
            .usingAnyFreePort()
            .build(),
        options);
  }

  /**
   * The program that a variable of the environment names, or the first of {@code names} on PATH.
   */
  private static Optional<Path> find(String variable, String... names) {
    String named = System.getenv(variable);
    if (named != null) {
      return Optional.of(Path.of(named));
    }
    List<String> directories = List.of(System.getenv("PATH").split(File.pathSeparator));
    return Stream.of(names)
        .flatMap(name -> directories.stream().map(directory -> Path.of(directory, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Quits when all tests have run. */
  private record Running(ChromeDriver driver) implements ExtensionContext.Store.CloseableResource {

    @Override
    public void close() {
      driver.quit();
    }
  }
}
