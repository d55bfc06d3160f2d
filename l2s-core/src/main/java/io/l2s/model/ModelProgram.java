package io.l2s.model;

import ai.djl.Device;
import io.l2s.Precision;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.CheckpointFiles;
import io.l2s.engine.CpuFeatures;
import io.l2s.engine.NativeHeap;
import io.l2s.engine.NativeRuntime;
import io.l2s.engine.Program;
import io.l2s.engine.ScalarType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A checkpoint's program: its family's source, the weights that it reads, and the products among
 * them. Immutable; loading may be done on any thread.
 *
 * @param owner class beside which the family's program lies
 * @param sources the family's program files; the part that all families share comes before them
 * @param attributes initial values of the family's own attributes
 * @param centered whether norms subtract the mean (layer norm), and not only divide (RMS norm)
 * @param epsilon of the norms
 * @param compiled methods to compile at their first call: all that call the products
 * @param eos ids that end an answer
 * @param groups the products, in the order in which the program numbers its groups
 * @param preparation ends the loading, when all groups are made
 */
public record ModelProgram(
    Class<?> owner,
    List<String> sources,
    Map<String, Object> attributes,
    boolean centered,
    double epsilon,
    Set<String> compiled,
    List<Integer> eos,
    WeightTable weights,
    List<ProductGroup> groups,
    Consumer<Program> preparation) {

  private static final int AS_STORED = 0;

  /** Larger models leave so much freed memory behind that it is given back at once. */
  private static final long LARGE = 1_000_000;

  // It calls products, so that it must be compiled like the family's own methods.
  private static final String LOSS = "loss_of_int8";

  private static final Logger LOG = LoggerFactory.getLogger(ModelProgram.class);

  /**
   * Loads a checkpoint to serve; its file stays mapped until the program is closed.
   *
   * @throws io.l2s.ModelLoadException naming every tensor that is missing, surplus or mis-shaped
   */
  public Program load(Loading from) {
    Checkpoint checkpoint = from.checkpoint();
    Placement on = from.on();
    Precision resolved = PrecisionChoice.serving(checkpoint, on.device(), on.precision());
    CpuFeatures processor = CpuFeatures.current();
    MatmulKernel kernel =
        MatmulKernel.of(resolved, on.device(), processor, checkpoint.parameters());
    LOG.debug(
        "{}: {} on {} ({} asked for, {}{})",
        checkpoint.directory(),
        resolved,
        on.device(),
        on.precision(),
        processor.describe(),
        resolved == Precision.F32 && kernel == MatmulKernel.ONEDNN ? ", products by oneDNN" : "");
    return load(on.runtime(), checkpoint, on.device(), resolved, kernel);
  }

  /**
   * @param precision not AUTO
   */
  Program load(
      NativeRuntime runtime,
      Checkpoint checkpoint,
      Device device,
      Precision precision,
      MatmulKernel kernel) {
    weights.check(checkpoint);
    return runtime.open(
        () -> {
          Program program = empty(device, Precision.F32, kernel);
          try {
            if (precision == Precision.INT8) {
              makeReadyInInt8(runtime, program, checkpoint);
            } else {
              weights.put(program, checkpoint, precision);
              makeReady(program);
            }
            checkpoint.requireUnchanged();
            if (checkpoint.parameters() > LARGE) {
              NativeHeap.trim();
            }
            return program;
          } catch (RuntimeException | Error e) {
            program.close();
            throw e;
          }
        });
  }

  private void makeReadyInInt8(NativeRuntime runtime, Program program, Checkpoint checkpoint) {
    Int8Products products = new Int8Products(runtime, this, checkpoint, program);
    if (StoredInt8.isIn(checkpoint.config())) {
      products.take();
      return;
    }
    Optional<Int8Record> record = Int8Record.find(checkpoint).filter(Int8Record::fits);
    if (record.isPresent()) {
      products.roundCompared();
      LOG.info(
          "{}: {}, by {}",
          checkpoint.directory(),
          Int8Comparison.describe(record.get().largestLoss()),
          CheckpointFiles.INT8_RECORD);
      return;
    }
    Int8Comparison comparison = products.round();
    LOG.info("{}: {}", checkpoint.directory(), comparison.describe());
  }

  /**
   * Bytes of {@code checkpoint}'s weights in the number format in which they run on {@code device};
   * no native engine. Products that only the comparison at load keeps out of int8 count as int8;
   * those that a stored checkpoint keeps out count in the format that they run in.
   *
   * @throws io.l2s.ModelLoadException if the device or the stored weights do not allow {@code
   *     wanted}
   */
  long bytes(Checkpoint checkpoint, Device device, Precision wanted) {
    Precision precision = PrecisionChoice.serving(checkpoint, device, wanted);
    MatmulKernel kernel =
        MatmulKernel.of(precision, device, CpuFeatures.current(), checkpoint.parameters());
    long bytes =
        weights
            .required()
            .mapToLong(spec -> spec.elements() * bytesOfOne(spec, checkpoint, precision))
            .sum();
    // A table that is multiplied by stays beside what is packed of it.
    boolean packs = precision == Precision.INT8 || kernel == MatmulKernel.ONEDNN;
    return bytes
        + groups.stream()
            .flatMap(group -> group.names().stream())
            .map(this::spec)
            .filter(spec -> packs && spec.kind() == WeightSpec.Kind.TABLE)
            .mapToLong(spec -> spec.elements() * (precision == Precision.INT8 ? 1 : Float.BYTES))
            .sum();
  }

  private int bytesOfOne(WeightSpec spec, Checkpoint checkpoint, Precision precision) {
    if (spec.inFloat32() || precision == Precision.F32) {
      return Float.BYTES;
    } else if (precision == Precision.BF16) {
      return Short.BYTES;
    } else if (weights.unrounded(checkpoint).contains(spec.name())) {
      return Int8Products.other() == Precision.BF16 ? Short.BYTES : Float.BYTES;
    }
    // Tables are only looked up in, so they stay as they are stored.
    return spec.kind() == WeightSpec.Kind.PRODUCT
        ? 1
        : checkpoint.tensor(spec.stored()).type().bytes();
  }

  /**
   * The program without weights. Native thread only.
   *
   * @param compute number format in which float32 weights are multiplied, f32 or bf16
   */
  Program empty(Device device, Precision compute, MatmulKernel kernel) {
    // Without VNNI pairs of products are added in 16 bits, so that inputs have 7 bits.
    return empty(device, compute, kernel, CpuFeatures.current().hasVnni() ? 8 : 7);
  }

  /**
   * The program without weights. Native thread only.
   *
   * @param inputBits of 8-bit products, 7 or 8
   */
  Program empty(Device device, Precision compute, MatmulKernel kernel, int inputBits) {
    Map<String, Object> all = new LinkedHashMap<>(attributes);
    all.put("training", false);
    all.put("eps", epsilon);
    all.put("centered", centered);
    all.put("eos", eos);
    all.put("weights", Map.of());
    all.put("norms", List.of());
    all.put("shifts", List.of());
    all.put("input_step", 2.0 / ((1 << inputBits) - 1));
    all.put("input_zero", 1 << (inputBits - 1));
    all.put("groups", List.of());
    all.put("transposed", List.of());
    all.put("biases", List.of());
    all.put("packs", List.of());
    all.put("parts", List.of());
    all.put("pack_of", List.of());
    all.put("output_factors", Map.of());
    all.put("input_factors", Map.of());
    all.put("watching", false);
    all.put("watched_inputs", List.of());
    all.put("watched_results", List.of());
    all.put("epsilon", List.of());
    all.put("compute", scalarType(compute).code());
    all.put("dropout", 0.0);
    List<String> files =
        Stream.of(
                Stream.of("/io/l2s/model/program.py"),
                sources.stream(),
                Stream.of(kernel.resource()))
            .flatMap(Function.identity())
            .toList();
    Set<String> allCompiled = new HashSet<>(compiled);
    allCompiled.add(LOSS);
    return Program.load(owner, files, all, device, allCompiled);
  }

  static ScalarType scalarType(Precision precision) {
    return precision == Precision.BF16 ? ScalarType.BF16 : ScalarType.F32;
  }

  /** Makes the groups of products of a program whose weights have been put. Native thread only. */
  void makeReady(Program program) {
    addGroups(program);
    for (int i = 0; i < groups.size(); i++) {
      bakeWeights(program, i, AS_STORED);
      freeWeights(program, i);
    }
    keepOnlyUsed(program);
  }

  /** Makes the groups with the weights as they are stored. */
  void addGroups(Program program) {
    for (ProductGroup group : groups) {
      boolean transposed = isTransposed(group.names().get(0));
      program.run("add_group", norm(group), shift(group), group.names(), biases(group), transposed);
    }
    program.run("place_epsilon", firstTable());
    preparation.accept(program);
  }

  /**
   * Makes a group multiply by its weights in floating point.
   *
   * @param form the engine's code of their number format, or 0
   */
  void bakeWeights(Program program, int group, int form) {
    ProductGroup products = groups.get(group);
    program.run("bake_weights", group, products.names(), biases(products), form);
  }

  /** Makes a group multiply by its weights in 8-bit integers. */
  void packInt8(Program program, int group) {
    ProductGroup products = groups.get(group);
    program.run(
        "pack_int8",
        group,
        norm(products),
        shift(products),
        products.factor(),
        products.names(),
        biases(products));
  }

  /** Lets go of the weights of a group that has been made. */
  void freeWeights(Program program, int group) {
    if (!isLookedUp(groups.get(group))) {
      program.run("free_weights", groups.get(group).names());
    }
  }

  /** Lets go of all weights but those that are used outside of groups. */
  void keepOnlyUsed(Program program) {
    Set<String> used = new HashSet<>();
    for (ProductGroup group : groups) {
      used.add(norm(group));
      used.add(shift(group));
      used.addAll(biases(group));
      if (!isLookedUp(group)) {
        used.addAll(group.names());
      }
    }
    List<String> kept = new ArrayList<>(weights.byName().keySet());
    kept.removeAll(used);
    program.run("keep_only", kept);
  }

  // A table, such as the embeddings of a tied head, is looked up in as well.
  private boolean isLookedUp(ProductGroup group) {
    return spec(group.names().get(0)).kind() == WeightSpec.Kind.TABLE;
  }

  /** The name of the table of prompt ids' vectors. */
  String firstTable() {
    return weights.byName().values().stream()
        .filter(spec -> spec.kind() == WeightSpec.Kind.TABLE)
        .findFirst()
        .orElseThrow()
        .name();
  }

  private static String norm(ProductGroup group) {
    return group.norm().orElse("");
  }

  private String shift(ProductGroup group) {
    return group.norm().map(this::biasOf).orElse("");
  }

  private List<String> biases(ProductGroup group) {
    return group.names().stream().map(this::biasOf).toList();
  }

  /** The name of what is added where {@code weight} is multiplied by; "" where nothing is. */
  String biasOf(String weight) {
    String bias = weight.replaceFirst("weight$", "bias");
    return !bias.equals(weight) && weights.byName().containsKey(bias) ? bias : "";
  }

  /** Whether {@code weight} is stored as {@code [in, out]}. */
  boolean isTransposed(String weight) {
    return spec(weight).transposed();
  }

  /** The checkpoint's name of the tensor that the program calls {@code name}. */
  String storedName(String name) {
    return spec(name).stored();
  }

  private WeightSpec spec(String name) {
    return Objects.requireNonNull(weights.byName().get(name), name);
  }
}
