package io.l2s.engine;

import ai.djl.pytorch.jni.JniUtils;
import io.l2s.NativesLoadException;
import io.l2s.NativesMissingException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the native PyTorch library before DJL looks for it, and keeps DJL off the network. */
final class Natives {

  private static final String DESCRIPTOR = "native/lib/pytorch.properties";

  private static final String OFFLINE = "ai.djl.offline";
  private static final String THREADS = "ai.djl.pytorch.num_threads";
  private static final String INTEROP_THREADS = "ai.djl.pytorch.num_interop_threads";
  private static final String OMP_THREADS = "OMP_NUM_THREADS";
  private static final Logger LOG = LoggerFactory.getLogger(Natives.class);

  /** Threads of the library as it was loaded, once for the whole JVM. */
  private static @Nullable Loaded loaded;

  private record Loaded(
      ThreadOptions options, int most, boolean auto, boolean adapts, String description) {}

  private Natives() {}

  /** Must run before the first DJL class loads: DJL reads these settings once. */
  static synchronized ComputeThreads prepare(boolean download, ThreadOptions options) {
    if (!download) {
      keepOffline();
      requireLibrary();
    }
    if (loaded == null) {
      loaded = configureThreads(options);
    } else if (!loaded.options().equals(options)) {
      LOG.warn(
          "The engine has been loaded with {} in this JVM and keeps that; {} has no effect",
          loaded.options(),
          options);
    }
    return new ComputeThreads(
        loaded.most(),
        loaded.auto(),
        loaded.adapts(),
        loaded.description(),
        CoreUse.ofThisProcess(),
        System::nanoTime,
        JniUtils::setNumThreads);
  }

  private static Loaded configureThreads(ThreadOptions options) {
    Loaded chosen = chosenThreads(options, SpinSetting::setInProcess);
    System.setProperty(THREADS, Integer.toString(chosen.most()));
    if (System.getProperty(INTEROP_THREADS) == null) {
      System.setProperty(INTEROP_THREADS, "1");
    }
    return chosen;
  }

  /** What {@code options} come to in this JVM, in words; nothing is set. */
  static synchronized String describeThreads(ThreadOptions options) {
    return loaded != null
        ? loaded.description()
        : chosenThreads(options, (name, value) -> {}).description();
  }

  private static Loaded chosenThreads(ThreadOptions options, SpinSetting.Environment environment) {
    // A JVM in a container sees as many processors as the container's quota amounts to.
    int cores = Runtime.getRuntime().availableProcessors();
    Optional<Integer> fixed =
        Stream.of(System.getProperty(THREADS), System.getenv(OMP_THREADS))
            .filter(value -> value != null && value.matches("[1-9]\\d{0,3}"))
            .map(Integer::valueOf)
            .findFirst();
    int most = options.count().orElse(fixed.orElse(cores));
    boolean auto = options.count().isEmpty() && fixed.isEmpty();
    boolean adapts = options.waiting().mode() != ThreadWait.Mode.ACTIVE;
    String why =
        (options.count().isPresent()
                ? "as set"
                : fixed.isPresent() ? "as the environment says" : "auto: " + cores + " cores")
            + (adapts ? ", fewer while other processes use the cores" : "");
    String waiting = SpinSetting.apply(options.waiting(), System.getenv(), environment);
    return new Loaded(
        options,
        most,
        auto,
        adapts,
        most + (most == 1 ? " thread (" : " threads (") + why + "), " + waiting);
  }

  private static void keepOffline() {
    // Of the whole JVM, so other users of DJL in it feel it: their own setting goes first.
    if (System.getProperty(OFFLINE) == null) {
      System.setProperty(OFFLINE, "true");
      LOG.info("{}=true set, for DJL in all of this JVM; a value of your own is kept", OFFLINE);
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
