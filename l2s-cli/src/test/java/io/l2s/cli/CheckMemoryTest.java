package io.l2s.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A checkpoint that no machine has memory for, in a file whose weights take no place. */
@EnabledOnOs(OS.LINUX)
class CheckMemoryTest {

  private static final int VOCABULARY = 16_000_000;
  private static final int WIDTH = 16_384;

  @TempDir private Path directory;

  @Test
  void aModelThatIsTooLargeIsRefusedBeforeItIsRead() throws IOException {
    writeCheckpoint();

    CliRun run =
        CliRun.of("generate", "--llm", directory.toString(), "--precision", "f32", "Hello");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .startsWith("l2s generate: the models need ")
        .contains("GiB of memory on cpu (", "GiB are available")
        .contains("number format (--precision)", "lower --batch-size")
        .contains("or set --check-memory to false")
        .hasLineCount(1);
  }

  private void writeCheckpoint() throws IOException {
    Files.writeString(
        directory.resolve("config.json"),
        """
        {"model_type": "gpt2", "vocab_size": %d, "n_embd": %d, "n_head": 1, "n_layer": 1,
         "n_positions": 2, "n_inner": 1, "eos_token_id": 0}
        """
            .formatted(VOCABULARY, WIDTH));
    Map<String, long[]> shapes = new LinkedHashMap<>();
    shapes.put("wte.weight", new long[] {VOCABULARY, WIDTH});
    shapes.put("wpe.weight", new long[] {2, WIDTH});
    for (String norm : new String[] {"h.0.ln_1", "h.0.ln_2", "ln_f"}) {
      shapes.put(norm + ".weight", new long[] {WIDTH});
      shapes.put(norm + ".bias", new long[] {WIDTH});
    }
    putProduct(shapes, "h.0.attn.c_attn", WIDTH, 3 * WIDTH);
    putProduct(shapes, "h.0.attn.c_proj", WIDTH, WIDTH);
    putProduct(shapes, "h.0.mlp.c_fc", WIDTH, 1);
    putProduct(shapes, "h.0.mlp.c_proj", 1, WIDTH);
    writeEmptyTensors(directory.resolve("model.safetensors"), shapes);
  }

  private static void putProduct(Map<String, long[]> shapes, String name, long in, long out) {
    shapes.put(name + ".weight", new long[] {in, out});
    shapes.put(name + ".bias", new long[] {out});
  }

  private static void writeEmptyTensors(Path file, Map<String, long[]> shapes) throws IOException {
    JsonObject header = new JsonObject();
    long end = 0;
    for (Map.Entry<String, long[]> tensor : shapes.entrySet()) {
      JsonObject entry = new JsonObject();
      entry.addProperty("dtype", "F32");
      JsonArray shape = new JsonArray();
      long elements = 1;
      for (long size : tensor.getValue()) {
        shape.add(size);
        elements *= size;
      }
      entry.add("shape", shape);
      JsonArray offsets = new JsonArray();
      offsets.add(end);
      end += 4 * elements;
      offsets.add(end);
      entry.add("data_offsets", offsets);
      header.add(tensor.getKey(), entry);
    }
    byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      out.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).array());
      out.write(json);
      out.setLength(8 + json.length + end);
    }
  }
}
