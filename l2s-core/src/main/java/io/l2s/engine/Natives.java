package io.l2s.engine;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import io.l2s.EngineException;
import io.l2s.NativesLoadException;
import io.l2s.NativesMissingException;
import io.l2s.NativesVersionException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Finds the native PyTorch library before DJL looks for it, and keeps DJL off the network. */
final class Natives {

  private static final String DESCRIPTOR = "native/lib/pytorch.properties";

  private static final String JNI_DESCRIPTOR = "jnilib/pytorch.properties";

  private static final String LIBRARY_PATH = "PYTORCH_LIBRARY_PATH";

  private static final String OFFLINE = "ai.djl.offline";
  private static final String INTEROP_THREADS = "ai.djl.pytorch.num_interop_threads";
  private static final String GRAPH_OPTIMIZER = "ai.djl.pytorch.graph_optimizer";
  private static final Logger LOG = LoggerFactory.getLogger(Natives.class);

  /** Threads of the library as it was loaded, once for the whole JVM. */
  private static @Nullable ThreadChoice loaded;

  private Natives() {}

  /** Must run before the first DJL class loads: DJL reads these settings once. */
  static synchronized ComputeThreads prepare(
      boolean download, ThreadOptions options, UnaryOperator<String> settingNames) {
    if (!download) {
      keepOffline();
    }
    requireLibrary(download);
    if (loaded == null) {
      loaded = configureThreads(options, settingNames);
    } else if (!loaded.options().equals(options)) {
      LOG.warn(
          "The engine has been loaded with {} in this JVM and keeps that; {} has no effect",
          loaded.options(),
          options);
    }
    return new ComputeThreads(
        loaded, settingNames, CoreUse.ofThisProcess(), System::nanoTime, JniUtils::setNumThreads);
  }

  /** Whether this JVM has loaded the library, or has tried to. */
  static synchronized boolean areLoaded() {
    return loaded != null;
  }

  private static ThreadChoice configureThreads(
      ThreadOptions options, UnaryOperator<String> settingNames) {
    ThreadChoice chosen =
        ThreadChoice.of(options, ThreadChoice.Machine.current(ProcessEnvironment.current()));
    chosen.refusal().ifPresent(refusal -> report(options.waiting(), refusal, settingNames));
    chosen.cap().ifPresent(cap -> LOG.warn("{}={}", settingNames.apply("threads"), cap));
    System.setProperty(ThreadChoice.DJL_THREADS, Integer.toString(chosen.most()));
    if (System.getProperty(INTEROP_THREADS) == null) {
      System.setProperty(INTEROP_THREADS, "1");
    }
    return chosen;
  }

  private static void report(
      ThreadWait wait, SpinSetting.Refusal refusal, UnaryOperator<String> settingNames) {
    boolean asked = wait.mode() != ThreadWait.Mode.AUTO;
    LOG.atLevel(asked || refusal.avoidable() ? Level.WARN : Level.DEBUG)
        .log("{}={} has no effect: {}", settingNames.apply("wait"), wait, refusal.why());
  }

  /** The effect of {@code options} in this JVM, in words; nothing is set. */
  static synchronized String describeThreads(ThreadOptions options) {
    return loaded != null
        ? loaded.description()
        : ThreadChoice.of(
                options, ThreadChoice.Machine.current(ProcessEnvironment.current().unchanged()))
            .description();
  }

  private static void keepOffline() {
    // The property affects every user of DJL in this JVM; a value that the application has set is
    // kept.
    if (System.getProperty(OFFLINE) == null) {
      System.setProperty(OFFLINE, "true");
      LOG.info("{}=true set, for DJL in all of this JVM; a value of your own is kept", OFFLINE);
    }
  }

  /**
   * DJL's engine, started at the first call. DJL reports that its optimizer of graphs is on and may
   * cost speed. The native thread switches it off for itself, so the report would mislead. A
   * setting of the application is kept, and other threads keep DJL's default.
   */
  static Engine engine() {
    boolean unset = System.getProperty(GRAPH_OPTIMIZER) == null;
    if (unset) {
      System.setProperty(GRAPH_OPTIMIZER, "false");
    }
    try {
      return Engine.getEngine("PyTorch");
    } finally {
      if (unset) {
        System.clearProperty(GRAPH_OPTIMIZER);
      }
    }
  }

  private static void requireLibrary(boolean download) {
    if (System.getProperty(LIBRARY_PATH, System.getenv(LIBRARY_PATH)) != null) {
      return;
    }
    requireVersion(classifier(), versionsOnClassPath(), wantedVersion(), download);
  }

  /** Reports {@code failure} as a failed download, where there is no library on the class path. */
  static void requireDownloaded(EngineException failure) {
    if (System.getProperty(LIBRARY_PATH, System.getenv(LIBRARY_PATH)) == null
        && !versionsOnClassPath().containsKey(classifier())) {
      throw new NativesMissingException(artifact(wantedVersion(), classifier()), failure);
    }
  }

  private static String artifact(String version, String classifier) {
    return "ai.djl.pytorch:pytorch-native-cpu:" + version + ":" + classifier;
  }

  /**
   * @param found the versions of the libraries on the class path by their platform
   */
  static void requireVersion(
      String classifier, Map<String, String> found, String wanted, boolean download) {
    String artifact = artifact(wanted, classifier);
    String version = found.get(classifier);
    if (version != null && !version.equals(wanted)) {
      throw new NativesVersionException(version, wanted, artifact);
    }
    if (version == null && !download) {
      throw new NativesMissingException(artifact, null);
    }
  }

  private static Map<String, String> versionsOnClassPath() {
    Map<String, String> versions = new HashMap<>();
    for (Properties library : descriptors(DESCRIPTOR)) {
      versions.put(
          library.getProperty("classifier", ""), release(library.getProperty("version", "")));
    }
    return versions;
  }

  /** The version for which DJL's own native part was compiled. */
  static String wantedVersion() {
    return descriptors(JNI_DESCRIPTOR).stream()
        .map(jni -> release(jni.getProperty("jni_version", "")))
        .findFirst()
        .orElseThrow(
            () -> new NativesLoadException(JNI_DESCRIPTOR + " is not on the class path", null));
  }

  /** Builds of one release are called {@code 2.7.1-20250812}. */
  private static String release(String version) {
    return version.split("-", 2)[0];
  }

  private static List<Properties> descriptors(String name) {
    try {
      return Collections.list(Natives.class.getClassLoader().getResources(name)).stream()
          .map(Natives::read)
          .toList();
    } catch (IOException e) {
      throw new NativesLoadException("cannot search the class path for " + name, e);
    }
  }

  private static Properties read(URL descriptor) {
    Properties properties = new Properties();
    try (InputStream in = descriptor.openStream()) {
      properties.load(in);
    } catch (IOException e) {
      throw new NativesLoadException("cannot read " + descriptor, e);
    }
    return properties;
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
