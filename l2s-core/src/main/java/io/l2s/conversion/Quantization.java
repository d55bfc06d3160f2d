package io.l2s.conversion;

import com.google.gson.JsonObject;
import io.l2s.Bundle;
import io.l2s.ModelLoadException;
import io.l2s.checkpoint.BundleManifest;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.CheckpointFiles;
import io.l2s.checkpoint.Digests;
import io.l2s.checkpoint.KnownDigests;
import io.l2s.checkpoint.OutputDirectory;
import io.l2s.checkpoint.StrictJson;
import io.l2s.engine.NativeRuntime;
import io.l2s.model.FamilyLookup;
import io.l2s.model.Quantizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.stream.Stream;

/**
 * Stores checkpoints and bundles in 8-bit integers, a quarter of float32's size: they load without
 * rounding anew, and to the same numbers.
 */
public final class Quantization {

  private final NativeRuntime runtime;
  private final FamilyLookup families;
  private final KnownDigests digests;

  public Quantization(NativeRuntime runtime, FamilyLookup families) {
    this(runtime, families, new KnownDigests());
  }

  /**
   * @param digests those that were taken when the bundles were opened
   */
  public Quantization(NativeRuntime runtime, FamilyLookup families, KnownDigests digests) {
    this.runtime = runtime;
    this.families = families;
    this.digests = digests;
  }

  /**
   * Writes the checkpoint in {@code source} to {@code target}, which must not exist or be empty.
   *
   * @param progress receives the number of tensors written so far
   * @return number of tensors
   * @throws ModelLoadException if the checkpoint is unfit or {@code target} holds something
   */
  public int checkpoint(Path source, Path target, IntConsumer progress) {
    return write(checked(source), target, progress);
  }

  private int write(Checkpoint checkpoint, Path target, IntConsumer progress) {
    return OutputDirectory.fill(
        target,
        () -> {
          int tensors = quantizer(checkpoint).quantize(runtime, checkpoint, target, progress);
          OutputDirectory.copyFilesBesideWeights(checkpoint.directory(), target);
          return tensors;
        });
  }

  private Checkpoint checked(Path source) {
    Checkpoint checkpoint = families.check(source, digests);
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
    Map<Model, Checkpoint> models = new LinkedHashMap<>();
    models(bundle).forEach(model -> models.put(model, checked(model.location())));
    OutputDirectory.fill(
        target,
        () -> {
          JsonObject manifest = parts(bundle, models, target, progress);
          // A file that was replaced before it was copied would get a digest of its own.
          models(bundle).forEach(model -> digests.requireUnchanged(model.location()));
          digests.requireUnchanged(bundle.projector());
          manifest.add(BundleManifest.SHA256, digests(target));
          return Files.writeString(target.resolve(Bundle.FILE), StrictJson.print(manifest));
        });
  }

  /**
   * A model of a bundle.
   *
   * @param field names it in {@code l2s.json}
   * @param name of its directory in a bundle that is written
   * @param location its checkpoint directory
   */
  private record Model(String field, String name, Path location) {}

  private static List<Model> models(Bundle bundle) {
    return Stream.of(
            Optional.of(new Model(BundleManifest.LLM, "llm", bundle.llm())),
            Optional.of(new Model(BundleManifest.SLM, "slm", bundle.slm())),
            bundle.slmAlone().map(path -> new Model(BundleManifest.SLM_ALONE, "slm-alone", path)))
        .flatMap(Optional::stream)
        .toList();
  }

  private JsonObject parts(
      Bundle bundle, Map<Model, Checkpoint> models, Path target, IntConsumer progress)
      throws IOException {
    JsonObject manifest = BundleManifest.read(bundle.directory());
    models.forEach(
        (model, checkpoint) -> {
          write(checkpoint, target.resolve(model.name()), progress);
          manifest.addProperty(model.field(), model.name());
        });
    Files.copy(bundle.projector(), target.resolve(BundleManifest.PROJECTOR_FILE));
    manifest.addProperty(BundleManifest.PROJECTOR, BundleManifest.PROJECTOR_FILE);
    Path card = bundle.directory().resolve("README.md");
    if (Files.exists(card)) {
      Files.copy(card, target.resolve("README.md"));
    }
    return manifest;
  }

  /**
   * Measures how much int8 changes the checkpoint in {@code directory} and stores that beside its
   * weights, so that loading need not compare int8 with float32.
   *
   * @return the largest loss of a product, as a share; above {@link
   *     io.l2s.model.Int8Comparison#BOUND} loading compares all the same
   * @throws ModelLoadException if the checkpoint is unfit, stored in int8 already or over 512 MB
   * @throws java.io.UncheckedIOException naming the file that the disk refuses
   */
  public double record(Path directory) {
    // A record that cannot be read is replaced.
    Checkpoint checkpoint = Checkpoint.open(directory, digests);
    try {
      return quantizer(checkpoint).record(runtime, checkpoint);
    } catch (IOException e) {
      throw OutputDirectory.cannotWrite(directory, e);
    }
  }

  /**
   * Records the loss by int8 of a bundle's models as {@link #record(Path)} does, and the digests of
   * the records in {@code l2s.json} where that has digests.
   *
   * @return the largest loss by checkpoint directory
   * @throws ModelLoadException if a part is unfit, stored in int8 already or over 512 MB
   * @throws java.io.UncheckedIOException naming the file that the disk refuses
   */
  public Map<Path, Double> record(Bundle bundle) {
    Map<Path, Double> losses = new LinkedHashMap<>();
    models(bundle).stream()
        .map(Model::location)
        .distinct()
        .forEach(part -> losses.put(part, record(part)));
    if (!bundle.sha256().isEmpty()) {
      addDigests(bundle.directory(), losses.keySet());
    }
    return losses;
  }

  private static void addDigests(Path directory, Set<Path> parts) {
    JsonObject manifest = BundleManifest.read(directory);
    JsonObject written = manifest.getAsJsonObject(BundleManifest.SHA256);
    for (Path part : parts) {
      Path file = part.resolve(CheckpointFiles.INT8_RECORD);
      String name = BundleManifest.value(directory.relativize(file));
      written.addProperty(name, Digests.sha256(file));
    }
    Path file = directory.resolve(Bundle.FILE);
    try {
      Files.writeString(file, StrictJson.print(manifest));
    } catch (IOException e) {
      throw OutputDirectory.cannotWrite(directory, e);
    }
  }

  private static JsonObject digests(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      List<Path> files = all.filter(Files::isRegularFile).sorted().toList();
      return BundleManifest.digests(directory, files, "");
    }
  }
}
