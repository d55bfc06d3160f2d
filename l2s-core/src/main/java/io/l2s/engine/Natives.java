package io.l2s.engine;

import io.l2s.NativesLoadException;
import io.l2s.NativesMissingException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the native PyTorch library before DJL looks for it, and keeps DJL off the network. */
final class Natives {

  private static final String DESCRIPTOR = "native/lib/pytorch.properties";

  private static final String OFFLINE = "ai.djl.offline";
  private static final Logger LOG = LoggerFactory.getLogger(Natives.class);

  private Natives() {}

  /** Must run before the first DJL class loads: DJL reads these settings once. */
  static void prepare(boolean download) {
    if (!download) {
      keepOffline();
      requireLibrary();
    }
    int cores = Runtime.getRuntime().availableProcessors();
    setDefault("ai.djl.pytorch.num_threads", cores);
    setDefault("ai.djl.pytorch.num_interop_threads", 1);
  }

  private static void keepOffline() {
    // Of the whole JVM, so other users of DJL in it feel it: their own setting goes first.
    if (System.getProperty(OFFLINE) == null) {
      System.setProperty(OFFLINE, "true");
      LOG.info("{}=true set, for DJL in all of this JVM; a value of your own is kept", OFFLINE);
    }
  }

  private static void setDefault(String property, int value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, Integer.toString(value));
    }
  }

  private static void requireLibrary() {
    if (System.getProperty("PYTORCH_LIBRARY_PATH", System.getenv("PYTORCH_LIBRARY_PATH")) != null) {
      return;
    }
    String classifier = classifier();
    if (!classifiersOnClassPath().contains(classifier)) {
      throw new NativesMissingException(
          "ai.djl.pytorch:pytorch-native-cpu:2.7.1:" + classifier, null);
    }
  }

  private static List<String> classifiersOnClassPath() {
    try {
      return Collections.list(Natives.class.getClassLoader().getResources(DESCRIPTOR)).stream()
          .map(Natives::classifierOf)
          .toList();
    } catch (IOException e) {
      throw new NativesLoadException("cannot search the class path for " + DESCRIPTOR, e);
    }
  }

  private static String classifierOf(URL descriptor) {
    Properties properties = new Properties();
    try (InputStream in = descriptor.openStream()) {
      properties.load(in);
    } catch (IOException e) {
      throw new NativesLoadException("cannot read " + descriptor, e);
    }
    return properties.getProperty("classifier", "");
  }

  private static String classifier() {
    String name = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String os = name.startsWith("win") ? "win" : name.startsWith("mac") ? "osx" : "linux";
    String arch = System.getProperty("os.arch");
    return os + "-" + (arch.equals("amd64") ? "x86_64" : arch);
  }

  /** The engine's own words without its stack of C++ frames. */
  static String describe(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    int frames = message.indexOf("\nException raised from");
    return frames < 0 ? message : message.substring(0, frames);
  }
}
