package io.l2s.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import com.google.gson.JsonObject;
import com.sun.jna.Platform;
import io.l2s.Fixture;
import io.l2s.Precision;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.ConfigFile;
import io.l2s.checkpoint.SafetensorsWriter;
import io.l2s.checkpoint.TensorData;
import io.l2s.checkpoint.TensorType;
import io.l2s.engine.CpuFeatures;
import io.l2s.engine.NativeRuntime;
import io.l2s.model.llama.LlamaFamily;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The private memory of a process while it loads a model whose head is most of its weights. */
class LoadingPeakTest {

  private static final long MIB = 1 << 20;

  /** What no weight takes: compiled programs, buffers of the engine, code and data of the JVM. */
  private static final long SLACK = 200 * MIB;

  private static final int ONE_IN_BF16 = 0x3F80;

  @TempDir private Path directory;

  /** Prints the peak in bytes above that of the started engine. */
  static final class Command {

    public static void main(String[] args) throws InterruptedException {
      Checkpoint checkpoint = Checkpoint.open(Path.of(args[0]));
      try (NativeRuntime runtime = NativeRuntime.start(false)) {
        Sampler sampler = new Sampler();
        sampler.start();
        new LlamaFamily()
            .slm(new Loading(runtime, checkpoint, Device.cpu(), Precision.INT8))
            .close();
        sampler.interrupt();
        sampler.join();
        System.out.print(sampler.most - sampler.before);
      }
    }
  }

  private static final class Sampler extends Thread {

    private final long before = privateBytes();
    private long most = before;

    @Override
    public void run() {
      while (!isInterrupted()) {
        most = Math.max(most, privateBytes());
      }
    }

    private static long privateBytes() {
      try {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("RssAnon:"))
            .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
            .sum();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Test
  void loadingInInt8TakesNoMoreThanIsCountedBeforeIt() throws Exception {
    assumeTrue(Platform.isLinux() && CpuFeatures.current().runsInt8(), "int8, and Linux' figures");
    Checkpoint checkpoint = Checkpoint.open(written());
    ModelMemory memory = new LlamaFamily().memory(checkpoint, Device.cpu(), Precision.INT8);
    long mappedTable = 2 * 131_072 * 512;

    long peak = peak();

    assertThat(peak).isLessThan(memory.weights() - mappedTable + memory.loading() + SLACK);
  }

  private long peak() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms64m",
                "-Xmx64m",
                "-XX:+AlwaysPreTouch",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp",
                System.getProperty("java.class.path"),
                Command.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    return Long.parseLong(output);
  }

  /** Random weights in bf16, 134 MB of them the token table, which is the head as well. */
  private Path written() throws IOException {
    JsonObject config = Fixture.json(Fixture.path("qwen2").resolve("config.json"));
    config.addProperty("vocab_size", 131_072);
    config.addProperty("hidden_size", 512);
    config.addProperty("intermediate_size", 1_024);
    Files.writeString(directory.resolve("config.json"), config.toString());
    List<TensorData> tensors =
        new LlamaFamily()
            .weights(ConfigFile.read(directory.resolve("config.json"))).stream()
                .filter(WeightSpec::required)
                .map(
                    spec ->
                        new TensorData(
                            spec.stored(), TensorType.BF16, spec.shape(), () -> random(spec)))
                .toList();
    SafetensorsWriter.write(
        directory.resolve("model.safetensors"), Map.of("format", "pt"), tensors);
    return directory;
  }

  private static ByteBuffer random(WeightSpec spec) {
    Random random = new Random(1);
    int count = Math.toIntExact(spec.elements());
    ByteBuffer bytes = ByteBuffer.allocate(2 * count).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      // Numbers of either sign around 0.03; norms are ones.
      int bits = random.nextInt();
      int value = 0x3C80 | bits & 0xFF | bits & 0x8000;
      bytes.putShort((short) (spec.kind() == WeightSpec.Kind.NORM ? ONE_IN_BF16 : value));
    }
    return bytes.flip();
  }
}
