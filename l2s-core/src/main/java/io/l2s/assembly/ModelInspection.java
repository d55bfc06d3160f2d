package io.l2s.assembly;

import ai.djl.Device;
import io.l2s.Bundle;
import io.l2s.ModelLoadException;
import io.l2s.Precision;
import io.l2s.Route;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.FiniteValues;
import io.l2s.checkpoint.KnownDigests;
import io.l2s.checkpoint.SafetensorsFile;
import io.l2s.engine.DeviceCatalog;
import io.l2s.engine.DeviceSpec;
import io.l2s.engine.NativeRuntime;
import io.l2s.model.FamilyLookup;
import io.l2s.model.ModelShape;
import io.l2s.model.PrecisionChoice;
import io.l2s.model.StoredInt8;
import io.l2s.model.WeightSpec;
import io.l2s.projector.LoadedProjector;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Checks the files of models and describes how they run; loads no model, except to compare int8.
 * Thread-safe.
 */
public final class ModelInspection {

  private final DeviceCatalog devices;

  public ModelInspection(DeviceCatalog devices) {
    this.devices = devices;
  }

  /**
   * The number format in which {@code checkpoint} runs with {@code options}; never AUTO.
   *
   * @throws ModelLoadException if the device or the stored weights do not allow it
   */
  public Precision precision(Checkpoint checkpoint, ComponentOptions options) {
    return PrecisionChoice.serving(
        checkpoint, options.device().resolve(devices), options.precision());
  }

  /**
   * Describes {@code checkpoint} and how it runs with {@code options}; loads no weights.
   *
   * @throws ModelLoadException if the device or the stored weights do not allow the number format
   */
  public ComponentDescription describe(Checkpoint checkpoint, ComponentOptions options) {
    return new ComponentDescription(
        checkpoint.config().modelType(),
        checkpoint.parameters(),
        precision(checkpoint, options),
        DeviceSpec.of(options.device().resolve(devices)).toString());
  }

  /**
   * Describes the projector in {@code file} and how it runs with {@code options}; loads no weights.
   *
   * @throws ModelLoadException with every problem of the file
   */
  public ComponentDescription describeProjector(Path file, ComponentOptions options) {
    return new ComponentDescription(
        "projector",
        LoadedProjector.parameters(file),
        Precision.F32,
        DeviceSpec.of(options.device().resolve(devices)).toString());
  }

  /**
   * The loss by int8 where {@code checkpoint} runs in it on this machine, in a sentence that names
   * the products that stay in another number format.
   *
   * @throws ModelLoadException with every problem of the checkpoint
   */
  public static String describeInt8(NativeRuntime runtime, Checkpoint checkpoint) {
    return StoredInt8.isIn(checkpoint.config())
        ? StoredInt8.describe(checkpoint.config())
        : ModelFamilies.of(checkpoint)
            .quantizer()
            .map(quantizer -> quantizer.compare(runtime, checkpoint).describe())
            .orElse("int8 is not compared for this family");
  }

  /** The number format that AUTO stands for on this machine's CPU. */
  public static Precision automatic(Checkpoint checkpoint) {
    return PrecisionChoice.serving(checkpoint, Device.cpu(), Precision.AUTO);
  }

  /**
   * Opens the checkpoint in {@code directory} and compares its tensors with what its family needs,
   * without the native engine.
   *
   * @throws ModelLoadException with every problem of the checkpoint
   */
  public static Checkpoint check(Path directory) {
    return check(directory, new KnownDigests());
  }

  /**
   * Opens the checkpoint in {@code directory} and compares its tensors with what its family needs,
   * without the native engine.
   *
   * @param digests those that were taken when its bundle was opened
   * @throws ModelLoadException with every problem of the checkpoint
   */
  public static Checkpoint check(Path directory, KnownDigests digests) {
    FamilyLookup families = ModelFamilies::of;
    return families.check(directory, digests);
  }

  /** The same for an opened checkpoint. */
  static void check(Checkpoint checkpoint) {
    FamilyLookup families = ModelFamilies::of;
    families.check(checkpoint);
  }

  /**
   * Reads all weights of {@code checkpoint}, but not the tensors that its family ignores, such as
   * stored masks.
   *
   * @throws ModelLoadException naming each tensor with numbers that are not finite
   */
  public static void checkValues(Checkpoint checkpoint) {
    Set<String> ignored =
        ModelFamilies.of(checkpoint).weights(checkpoint).stream()
            .filter(spec -> !spec.required())
            .map(WeightSpec::stored)
            .collect(Collectors.toSet());
    FiniteValues.require(
        checkpoint.directory(),
        checkpoint.tensors().values().stream()
            .filter(tensor -> !ignored.contains(tensor.name()))
            .toList());
  }

  /**
   * Checks the projector in {@code file} by itself, its numbers included, without the native
   * engine.
   *
   * @throws ModelLoadException with every problem of the file
   */
  public static void checkProjector(Path file) {
    LoadedProjector.shape(file);
    FiniteValues.require(file, SafetensorsFile.open(file).tensors().values());
  }

  /**
   * Checks, without loading weights, that the parts of a bundle fit together: widths, tokenizers,
   * the feature layer and what {@code promptTokenizer} needs.
   *
   * @throws ModelLoadException with every problem
   */
  public static void checkFit(Bundle bundle) {
    checkFit(bundle, new KnownDigests());
  }

  /**
   * Checks, without loading weights, that the parts of a bundle fit together: widths, tokenizers,
   * the feature layer and what {@code promptTokenizer} needs.
   *
   * @param digests those that were taken when the bundle was opened
   * @throws ModelLoadException with every problem
   */
  public static void checkFit(Bundle bundle, KnownDigests digests) {
    ModelFiles files = ModelFiles.of(bundle).forRoutes(Set.of(Route.HYBRID));
    checkFit(bundle, ModelParts.open(files, digests));
  }

  /**
   * Checks that the opened {@code parts} of {@code bundle} fit each other.
   *
   * @param parts an SLM is among them
   * @throws ModelLoadException with every problem
   */
  public static void checkFit(Bundle bundle, ModelParts parts) {
    Checkpoint llm = parts.llm();
    Checkpoint slm = parts.slm().orElseThrow();
    PairFit.Widths widths =
        new PairFit.Widths(
            width(llm), () -> width(llm), width(slm), LoadedProjector.shape(bundle.projector()));
    PairFit fit =
        new PairFit(bundle.promptTokenizer(), bundle.fusion(), parts.hasOneVocabulary(), widths);
    Path manifest = bundle.directory().resolve(Bundle.FILE);
    FoundProblems problems = new FoundProblems();
    problems.add(manifest, fit.tokenizerProblems());
    try {
      ModelShape.featureLayer(bundle.featureLayer(), shape(llm).layers(), llm.config().file());
    } catch (ModelLoadException e) {
      problems.add(manifest, e.problems());
    }
    problems.add(bundle.projector(), fit.projectorProblems());
    problems.requireNone();
  }

  private static int width(Checkpoint checkpoint) {
    return shape(checkpoint).width();
  }

  private static ModelShape shape(Checkpoint checkpoint) {
    return ModelFamilies.of(checkpoint).shape(checkpoint.config());
  }

  /** The number of weights of a pair's projector and SLM together. */
  public static long conditionedParameters(ModelParts pair) {
    return pair.slm().orElseThrow().parameters()
        + LoadedProjector.parameters(pair.files().projector().orElseThrow());
  }
}
