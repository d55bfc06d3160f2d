package io.l2s.assembly;

import ai.djl.Device;
import io.l2s.GenerationDefaults;
import io.l2s.InsufficientMemoryException;
import io.l2s.Precision;
import io.l2s.ServingOptions;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.engine.AvailableMemory;
import io.l2s.engine.DeviceCatalog;
import io.l2s.engine.DeviceSpec;
import io.l2s.model.ModelMemory;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Compares what the models to be loaded need with what their devices can still give, before any
 * weight is read: the weights in the number format that they run in, and keys and values for as
 * many tokens as may decode at a time, or what loading takes beside the weights, if that is more.
 * Not thread-safe.
 */
public final class MemoryCheck {

  private final DeviceCatalog devices;
  private final AvailableMemory available;
  private final Map<Device, Need> needs = new LinkedHashMap<>();
  // EXACT asks for models that were added.
  private final Map<Model, ModelMemory> known = new HashMap<>();

  private record Model(Checkpoint checkpoint, Device device, Precision precision) {}

  /**
   * @param available what the devices can still give; where that is not known, nothing is refused
   */
  public MemoryCheck(DeviceCatalog devices, AvailableMemory available) {
    this.devices = devices;
    this.available = available;
  }

  /** The needs of the models on one device. */
  private static final class Need {

    private long weights;
    private long loading;
    private long keysAndValues;
    private long tokens;

    private void add(ModelMemory memory) {
      weights += memory.weights();
      // Models are loaded one after the other.
      loading = Math.max(loading, memory.loading());
    }

    private void keep(long bytes, long ofTokens) {
      if (bytes > keysAndValues) {
        keysAndValues = bytes;
        tokens = ofTokens;
      }
    }
  }

  /**
   * Adds a model that reads prompts and writes answers.
   *
   * @param options its device and number format
   * @param serving bounds of the tokens that decode at a time
   * @throws io.l2s.ModelLoadException with every problem of the checkpoint
   */
  public MemoryCheck add(Path directory, ComponentOptions options, ServingOptions serving) {
    return add(Checkpoint.open(directory), options, serving);
  }

  /**
   * Adds a model that reads prompts and writes answers.
   *
   * @param options its device and number format
   * @param serving bounds of the tokens that decode at a time
   * @throws io.l2s.ModelLoadException with every problem of the checkpoint
   */
  public MemoryCheck add(Checkpoint checkpoint, ComponentOptions options, ServingOptions serving) {
    Device device = options.device().resolve(devices);
    Need need = needOn(device);
    ModelMemory memory = memory(checkpoint, options, device);
    need.add(memory);
    // The routes share the tokens, so the largest of their needs is the most of all.
    long tokens = tokens(serving, memory.mostTokens());
    need.keep(memory.keysAndValues(tokens), tokens);
    return this;
  }

  /**
   * Counts keys and values of LLM and SLM at once, as EXACT keeps them; {@code add} counts the
   * weights. Nothing is added where there is no SLM or the tokenizers differ, so that there is no
   * such route, or where the models run on different devices, as each has then been counted.
   *
   * @param llmOptions device and number format of the LLM
   * @param slmOptions those of the SLM
   * @param serving bounds of the tokens that decode at a time
   * @throws io.l2s.ModelLoadException with every problem of a checkpoint
   */
  public MemoryCheck addExact(
      ModelParts parts,
      ComponentOptions llmOptions,
      ComponentOptions slmOptions,
      ServingOptions serving) {
    Device device = llmOptions.device().resolve(devices);
    if (!device.equals(slmOptions.device().resolve(devices)) || !parts.hasOneVocabulary()) {
      return this;
    }
    ModelMemory large = memory(parts.llm(), llmOptions, device);
    ModelMemory small = memory(parts.slm().orElseThrow(), slmOptions, device);
    // Each of them has the positions of every sequence.
    long tokens = tokens(serving, Math.min(large.mostTokens(), small.mostTokens()));
    needOn(device).keep(large.keysAndValues(tokens) + small.keysAndValues(tokens), tokens);
    return this;
  }

  /**
   * Adds a model that only reads prompts.
   *
   * @param options its device and number format
   * @throws io.l2s.ModelLoadException with every problem of the checkpoint
   */
  public MemoryCheck addReader(Path directory, ComponentOptions options) {
    return addReader(Checkpoint.open(directory), options);
  }

  /**
   * Adds a model that only reads prompts.
   *
   * @param options its device and number format
   * @throws io.l2s.ModelLoadException with every problem of the checkpoint
   */
  public MemoryCheck addReader(Checkpoint checkpoint, ComponentOptions options) {
    Device device = options.device().resolve(devices);
    needOn(device).add(memory(checkpoint, options, device));
    return this;
  }

  private Need needOn(Device device) {
    return needs.computeIfAbsent(device, key -> new Need());
  }

  private ModelMemory memory(Checkpoint checkpoint, ComponentOptions options, Device device) {
    return known.computeIfAbsent(
        new Model(checkpoint, device, options.precision()), MemoryCheck::memory);
  }

  private static ModelMemory memory(Model model) {
    // A config that does not fit its tensors would give wrong sizes.
    ModelInspection.check(model.checkpoint());
    return ModelFamilies.of(model.checkpoint())
        .memory(model.checkpoint(), model.device(), model.precision());
  }

  /** Most tokens that keys and values are kept for at a time. */
  private static long tokens(ServingOptions serving, int mostOfSequence) {
    long longest = (long) serving.maxPromptTokens() + GenerationDefaults.MAX_NEW_TOKENS_LIMIT;
    long ofRows = serving.maxBatchSize() * Math.min(mostOfSequence, longest);
    return Math.min(serving.maxBatchTokens(), ofRows);
  }

  /**
   * Compares the needs of what was added with what its devices can give.
   *
   * @throws InsufficientMemoryException naming both, if a device cannot give what is needed
   */
  public void require() {
    needs.forEach(this::require);
  }

  private void require(Device device, Need need) {
    OptionalLong free = available.on(device);
    // Keys and values come when all is loaded.
    boolean loadingIsMore = need.loading > need.keysAndValues;
    long needed = need.weights + Math.max(need.loading, need.keysAndValues);
    if (free.isEmpty() || needed <= free.getAsLong()) {
      return;
    }
    String what =
        loadingIsMore
            ? size(need.loading) + " more while they are loaded"
            : size(need.keysAndValues) + " for keys and values of " + need.tokens + " tokens";
    String lower = loadingIsMore ? "" : ", lower maxBatchSize or maxBatchTokens";
    throw new InsufficientMemoryException(
        "the models need "
            + size(needed)
            + " of memory on "
            + DeviceSpec.of(device)
            + " ("
            + size(need.weights)
            + " for weights, "
            + what
            + "), but only "
            + size(free.getAsLong())
            + " are available; choose a smaller number format (precision) or model"
            + lower
            + ", or set checkMemory to false",
        needed,
        free.getAsLong(),
        "precision",
        "maxBatchSize",
        "maxBatchTokens",
        "checkMemory");
  }

  private static String size(long bytes) {
    double mebibytes = bytes / (double) (1 << 20);
    if (mebibytes < 0.1) {
      return bytes + " bytes";
    }
    return mebibytes < 1024
        ? String.format(Locale.ROOT, "%.1f MiB", mebibytes)
        : String.format(Locale.ROOT, "%.1f GiB", mebibytes / 1024);
  }
}
