package io.l2s.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The auto-configurations on class paths that lack a library which the application may leave out.
 *
 * <p>Each case has a class loader of its own, since a hidden class must be missing when Spring
 * reads the methods of a configuration, not only when it evaluates a condition.
 */
class OptionalLibrariesTests {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "resilience4j-spring.*",
        "resilience4j-(?!circuitbreaker|core).*",
        "resilience4j-timelimiter.*",
        "resilience4j-bulkhead.*",
        "(resilience4j-spring|micrometer-core|micrometer-reg).*",
        "micrometer-tracing.*",
        "(resilience4j-spring|micrometer-(?!commons|obs)|spring-boot-(starter-)?actuator).*",
        "spring-boot-(starter-)?actuator.*",
        "(tomcat|jakarta.servlet).*",
        "(spring-web|tomcat|jakarta.servlet).*",
        "spring-webmvc.*",
        "spring-webflux.*",
        "(reactor|spring-webflux|spring-boot-starter-(webflux|reactor)).*",
        "jackson.*"
      })
  void everyBeanIsDefinedWithoutTheLibrary(String jar) throws Exception {
    assertThat(beansWithout(jar)).contains("l2sHybridLanguageModel");
  }

  @Test
  void aLibraryThatNobodyMayLeaveOutIsMissed() {
    assertThatThrownBy(() -> beansWithout("resilience4j-core.*"))
        .hasRootCauseInstanceOf(ClassNotFoundException.class);
  }

  private static String beansWithout(String jar) throws Exception {
    Pattern left = Pattern.compile(jar);
    List<URL> kept = new ArrayList<>();
    int leftOut = 0;
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      if (left.matcher(Path.of(entry).getFileName().toString()).matches()) {
        leftOut++;
      } else {
        kept.add(url(entry));
      }
    }
    assertThat(leftOut).as("jars named %s", jar).isPositive();
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader loader =
        new URLClassLoader(kept.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      thread.setContextClassLoader(loader);
      return (String)
          loader.loadClass(DefinedBeans.class.getName()).getMethod("names").invoke(null);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static URL url(String entry) {
    try {
      return Path.of(entry).toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException(entry, e);
    }
  }
}
