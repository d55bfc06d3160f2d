package io.l2s.samples.spark;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.jspecify.annotations.Nullable;

/** Spark's properties as this job needs them; what the user sets goes first. */
final class SparkSettings {

  /** One task at a time, which is tried four times, as on a cluster. */
  static final String LOCAL = "local[1,4]";

  /** The build writes it: the jars of this application that Spark itself does not have. */
  private static final String APPLICATION_JARS = "/application-jars";

  private SparkSettings() {}

  /**
   * The properties for a session.
   *
   * @param master null: that of spark-submit, else {@value #LOCAL}
   * @param properties properties by the user
   */
  static SparkConf of(@Nullable String master, Map<String, String> properties) {
    SparkConf conf = new SparkConf();
    properties.forEach(conf::set);
    if (master != null) {
      conf.setMaster(master);
    }
    conf.setIfMissing("spark.master", LOCAL);
    conf.setIfMissing("spark.app.name", "l2s spark-batch");
    // The job reports its progress itself, and by these heartbeats.
    conf.setIfMissing("spark.ui.showConsoleProgress", "false");
    conf.setIfMissing("spark.executor.heartbeatInterval", "2s");
    conf.setIfMissing("spark.ui.enabled", "false");
    if (isLocal(conf) || conf.get("spark.master").startsWith("spark://127.0.0.1:")) {
      conf.setIfMissing("spark.driver.host", "127.0.0.1");
      conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
    }
    if (!isLocal(conf)) {
      conf.setIfMissing("spark.jars", applicationJars());
    }
    return conf;
  }

  /** Whether the executors are on this machine. */
  static boolean isLocal(SparkConf conf) {
    return conf.get("spark.master").startsWith("local");
  }

  /** This jar and those beside it which the executors need, separated by commas. */
  private static String applicationJars() {
    Path jar = location();
    return Stream.concat(
            Stream.of(jar.toString()),
            names().map(name -> jar.resolveSibling(name).normalize().toString()))
        .collect(Collectors.joining(","));
  }

  private static Path location() {
    try {
      return Path.of(
          SparkSettings.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Stream<String> names() {
    try (InputStream in = SparkSettings.class.getResourceAsStream(APPLICATION_JARS)) {
      if (in == null) {
        throw new UsageException(
            "--master of a cluster needs the packaged jar; run ./mvnw -q -DskipTests package and"
                + " java -jar samples/spark-batch/target/spark-batch.jar");
      }
      String names = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Stream.of(names.strip().split(","));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
