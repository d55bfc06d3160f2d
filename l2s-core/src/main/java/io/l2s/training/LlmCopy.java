package io.l2s.training;

import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.OutputDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The copy of the LLM in the output of a training, which makes the bundle movable. */
final class LlmCopy {

  private static final String NAME = "llm";

  private LlmCopy() {}

  /** The copy's directory. */
  static Path place(TrainingRequest request) {
    return request.output().resolve(NAME);
  }

  /** Copies the LLM into the output, unless that has been done. */
  static void write(TrainingRequest request) throws IOException {
    Path target = place(request);
    if (Files.exists(target)) {
      return;
    }
    Checkpoint source = Checkpoint.open(request.llm().orElseThrow());
    Path unfinished = request.output().resolve("unfinished-" + NAME);
    OutputDirectory.delete(unfinished);
    Files.createDirectories(unfinished);
    for (Path file : source.files()) {
      Files.copy(file, unfinished.resolve(file.getFileName()));
    }
    Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
  }
}
