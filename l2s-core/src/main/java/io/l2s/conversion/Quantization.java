package io.l2s.conversion;

import com.google.gson.JsonObject;
import io.l2s.Bundle;
import io.l2s.ModelLoadException;
import io.l2s.checkpoint.BundleManifest;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.OutputDirectory;
import io.l2s.checkpoint.StrictJson;
import io.l2s.engine.NativeRuntime;
import io.l2s.model.FamilyLookup;
import io.l2s.model.Quantizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.Stream;

/**
 * Stores checkpoints and bundles in 8-bit integers, a quarter of float32's size: they load without
 * rounding anew, and to the same numbers.
 */
public final class Quantization {

  private final NativeRuntime runtime;
  private final FamilyLookup families;

  public Quantization(NativeRuntime runtime, FamilyLookup families) {
    this.runtime = runtime;
    this.families = families;
  }

  /**
   * Writes the checkpoint in {@code source} to {@code target}, which must not exist or be empty.
   *
   * @param progress receives the number of tensors written so far
   * @return number of tensors
   * @throws ModelLoadException if the checkpoint is unfit or {@code target} holds something
   */
  public int checkpoint(Path source, Path target, IntConsumer progress) {
    Checkpoint checkpoint = checked(source);
    return OutputDirectory.fill(
        target,
        () -> {
          int tensors = quantizer(checkpoint).quantise(runtime, checkpoint, target, progress);
          OutputDirectory.copyFilesBesideWeights(source, target);
          return tensors;
        });
  }

  private Checkpoint checked(Path source) {
    Checkpoint checkpoint = families.check(source);
    quantizer(checkpoint).check(checkpoint);
    return checkpoint;
  }

  private Quantizer quantizer(Checkpoint checkpoint) {
    return families
        .of(checkpoint)
        .quantizer()
        .orElseThrow(
            () ->
                new ModelLoadException(
                    checkpoint.config().file(),
                    "models of type "
                        + checkpoint.config().modelType()
                        + " cannot be stored in int8; load them with precision int8"));
  }

  /**
   * Writes {@code bundle} to {@code target}, which must not exist or be empty: LLM, SLM and the SLM
   * alone in int8, all else as it is, with digests of the new files in {@code l2s.json}.
   *
   * @param progress receives the number of tensors of the present part written so far
   * @throws ModelLoadException if a part is unfit or {@code target} holds something
   */
  public void bundle(Bundle bundle, Path target, IntConsumer progress) {
    checked(bundle.llm());
    checked(bundle.slm());
    bundle.slmAlone().ifPresent(this::checked);
    OutputDirectory.fill(
        target,
        () -> {
          JsonObject manifest = parts(bundle, target, progress);
          manifest.add(BundleManifest.SHA256, digests(target));
          return Files.writeString(target.resolve(Bundle.FILE), StrictJson.print(manifest));
        });
  }

  private JsonObject parts(Bundle bundle, Path target, IntConsumer progress) throws IOException {
    JsonObject manifest = BundleManifest.read(bundle.directory());
    checkpoint(bundle.llm(), target.resolve("llm"), progress);
    manifest.addProperty(BundleManifest.LLM, "llm");
    checkpoint(bundle.slm(), target.resolve("slm"), progress);
    manifest.addProperty(BundleManifest.SLM, "slm");
    if (bundle.slmAlone().isPresent()) {
      checkpoint(bundle.slmAlone().get(), target.resolve("slm-alone"), progress);
      manifest.addProperty(BundleManifest.SLM_ALONE, "slm-alone");
    }
    Files.copy(bundle.projector(), target.resolve(BundleManifest.PROJECTOR_FILE));
    manifest.addProperty(BundleManifest.PROJECTOR, BundleManifest.PROJECTOR_FILE);
    Path card = bundle.directory().resolve("README.md");
    if (Files.exists(card)) {
      Files.copy(card, target.resolve("README.md"));
    }
    return manifest;
  }

  private static JsonObject digests(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      List<Path> files = all.filter(Files::isRegularFile).sorted().toList();
      return BundleManifest.digests(directory, files, "");
    }
  }
}
