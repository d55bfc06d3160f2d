package io.l2s.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.cli.Mutation.Form;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code inspect} reports what {@code generate} refuses to load. {@code -Dl2s.mutations=10000
 * -Dl2s.seed=7} tries more mutations.
 */
class InspectAgainstGenerateTest {

  private static final int MUTATIONS = Integer.getInteger("l2s.mutations", 300) / 5;
  private static final long SEED = Long.getLong("l2s.seed", 1);

  private static final Set<String> MUTATED =
      Set.of("config.json", "generation_config.json", "tokenizer.json", "model.safetensors");

  @TempDir private Path directory;

  private record Target(Path file, byte[] original) {}

  @Test
  void whatGenerateRefusesToLoadInspectReports() throws IOException {
    List<Target> targets = new ArrayList<>();
    for (String family : List.of("llama", "t5-llm", "gpt2", "bart")) {
      addTargets(family, targets);
    }
    List<String> faults = new ArrayList<>();
    int refused = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      Target target = targets.get(i % targets.size());
      Form form = target.file().toString().endsWith(".json") ? Form.JSON : Form.SAFETENSORS;
      Files.write(
          target.file(),
          new Mutation(new Random(SEED * 1_000_003 + i)).of(target.original(), form));
      String checkpoint = target.file().getParent().toString();
      CliRun generate = CliRun.of("generate", "--llm", checkpoint, "--max-new-tokens", "1", "Hi");
      CliRun inspect = CliRun.of("inspect", checkpoint);
      Files.write(target.file(), target.original());

      // A tokenizer may lack the characters of this prompt alone.
      boolean unloaded = generate.exitCode() != 0 && !generate.err().contains("PROMPT 1");
      refused += unloaded ? 1 : 0;
      if (unloaded && inspect.exitCode() == 0) {
        faults.add("mutation " + i + " of " + target.file() + ": " + generate.err());
      }
    }
    assertThat(faults).as("with seed %d", SEED).isEmpty();
    // Else the mutations would show nothing.
    assertThat(refused).isGreaterThan(MUTATIONS / 5);
  }

  private void addTargets(String family, List<Target> targets) throws IOException {
    Path checkpoint = Files.createDirectory(directory.resolve(family));
    try (Stream<Path> files = Files.list(FixtureBundle.fixture(family))) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        Path copy = Files.copy(file, checkpoint.resolve(file.getFileName()));
        if (MUTATED.contains(file.getFileName().toString())) {
          targets.add(new Target(copy, Files.readAllBytes(copy)));
        }
      }
    }
  }
}
