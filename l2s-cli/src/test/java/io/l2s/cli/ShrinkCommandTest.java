package io.l2s.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.TensorEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShrinkCommandTest {

  @TempDir private Path directory;

  @Test
  void whatIsLeftAreTheLayersOfTheLargeModelUnchanged() {
    CliRun run = shrink("1", "0", directory.resolve("small"));

    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("million weights of");
    Checkpoint large = Checkpoint.open(FixtureBundle.llm());
    Checkpoint small = Checkpoint.open(directory.resolve("small"));
    assertSame(small, "encoder.block.0.layer.0.SelfAttention.q.weight", large, "encoder.block.1.");
    assertSame(
        small, "decoder.block.0.layer.2.DenseReluDense.wo.weight", large, "decoder.block.0.");
    assertSame(small, "shared.weight", large, "");
  }

  // All layers share the relative positions that the first holds.
  @Test
  void theRelativePositionsStayWhereTheFirstLayerGoes() {
    shrink("1", "1", directory.resolve("small"));

    Checkpoint large = Checkpoint.open(FixtureBundle.llm());
    Checkpoint small = Checkpoint.open(directory.resolve("small"));
    String bias = "encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight";
    assertThat(small.tensors().get(bias).map()).isEqualTo(large.tensors().get(bias).map());
  }

  @Test
  void aModelOfAllLayersIsTheLargeOne() {
    CliRun run = shrink("0,1,2", "0,1", directory.resolve("whole"));

    assertThat(run.exitCode()).isZero();
    Checkpoint large = Checkpoint.open(FixtureBundle.llm());
    Checkpoint whole = Checkpoint.open(directory.resolve("whole"));
    assertThat(whole.tensors().keySet()).isEqualTo(large.tensors().keySet());
    large
        .tensors()
        .forEach(
            (name, entry) ->
                assertThat(whole.tensors().get(name).map()).as(name).isEqualTo(entry.map()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"3", "1,0", "0,0", "-1"})
  void layersThatAreNotThereAreRefused(String layers) {
    CliRun run = shrink(layers, "0", directory.resolve("small"));

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .contains("encoder layers to keep must be ascending numbers from 0 to 2")
        .contains(layers.replace(",", ", "));
    assertThat(directory.resolve("small")).doesNotExist();
  }

  @Test
  void anOutputInUseIsRefused() throws IOException {
    Files.writeString(directory.resolve("x"), "x");

    CliRun run = shrink("0", "0", directory);

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("must not exist or be empty");
  }

  private static CliRun shrink(String encoder, String decoder, Path output) {
    return CliRun.of(
        "shrink",
        "--llm",
        FixtureBundle.llm().toString(),
        "--encoder-layers=" + encoder,
        "--decoder-layers=" + decoder,
        "--output",
        output.toString());
  }

  private static void assertSame(Checkpoint small, String name, Checkpoint large, String block) {
    String original = block.isEmpty() ? name : block + name.substring("encoder.block.0.".length());
    TensorEntry entry = large.tensors().get(original);
    assertThat(small.tensors().get(name).map()).isEqualTo(entry.map());
  }
}
