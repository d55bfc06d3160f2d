package io.l2s.model;

import ai.djl.Device;
import io.l2s.Precision;
import io.l2s.engine.CpuFeatures;
import io.l2s.engine.Program;
import io.l2s.engine.ScalarType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * A checkpoint's program: its family's source, the weights that it reads, and the products among
 * them. {@link ServingProgram} and {@link TrainableProgram} load it. Immutable.
 *
 * @param owner class beside which the family's program lies
 * @param sources the family's program files; the part that all families share comes before them
 * @param attributes initial values of the family's own attributes
 * @param norm the norms that stand before products, or behind blocks
 * @param compiled methods to compile at their first call: all that call the products
 * @param eos ids that end an answer
 * @param groups the products, in the order in which the program numbers its groups
 * @param preparation ends the loading, when all groups are made
 */
public record ModelProgram(
    Class<?> owner,
    List<String> sources,
    Map<String, Object> attributes,
    Norm norm,
    Set<String> compiled,
    List<Integer> eos,
    WeightTable weights,
    List<ProductGroup> groups,
    Consumer<Program> preparation) {

  private static final int AS_STORED = 0;

  /**
   * Loads a checkpoint to serve; its file stays mapped until the program is closed.
   *
   * @throws io.l2s.ModelLoadException naming every tensor that is missing, surplus or mis-shaped
   */
  public Program load(Loading from) {
    return ServingProgram.load(this, from);
  }

  /**
   * The program without weights. Native thread only.
   *
   * @param compute number format in which float32 weights are multiplied, f32 or bf16
   */
  Program empty(Device device, Precision compute, MatmulKernel kernel) {
    return empty(device, compute, kernel, SharedProgram.inputBits(CpuFeatures.current()));
  }

  /**
   * The program without weights. Native thread only.
   *
   * @param inputBits of 8-bit products, 7 or 8
   */
  Program empty(Device device, Precision compute, MatmulKernel kernel, int inputBits) {
    return empty(device, compute, kernel, inputBits, SharedProgram.PRODUCTS);
  }

  /** The program without weights that remembers what a trial text gives in float32. */
  Program watching(Device device) {
    return empty(device, Precision.F32, MatmulKernel.PLAIN, 8, SharedProgram.WATCHED_PRODUCTS);
  }

  private Program empty(
      Device device, Precision compute, MatmulKernel kernel, int inputBits, String products) {
    Map<String, Object> all = SharedProgram.attributes(norm, eos, compute, inputBits, products);
    all.putAll(attributes);
    List<String> files = new ArrayList<>(SharedProgram.FILES);
    files.add(products);
    files.addAll(sources);
    files.add(kernel.resource());
    Set<String> allCompiled = new HashSet<>(compiled);
    allCompiled.addAll(SharedProgram.COMPILED);
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
      program.run(
          "add_group", normOf(group), shiftOf(group), group.names(), biasesOf(group), transposed);
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
    program.run("bake_weights", group, products.names(), biasesOf(products), form);
  }

  /** Makes a group multiply by its weights in 8-bit integers. */
  void packInt8(Program program, int group) {
    ProductGroup products = groups.get(group);
    program.run(
        "pack_int8",
        group,
        normOf(products),
        shiftOf(products),
        products.factor(),
        products.names(),
        biasesOf(products));
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
      used.add(normOf(group));
      used.add(shiftOf(group));
      used.addAll(biasesOf(group));
      if (!isLookedUp(group)) {
        used.addAll(group.names());
      }
    }
    List<String> kept = new ArrayList<>(weights.byName().keySet());
    kept.removeAll(used);
    program.run("keep_only", kept);
  }

  /** The numbers of the groups, of those with the most weights first. */
  List<Integer> largestFirst() {
    return IntStream.range(0, groups.size())
        .boxed()
        .sorted(Comparator.comparing(number -> -elements(groups.get(number))))
        .toList();
  }

  /** Number of weights of a group. */
  long elements(ProductGroup group) {
    return group.names().stream().map(this::spec).mapToLong(WeightSpec::elements).sum();
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

  private static String normOf(ProductGroup group) {
    return group.norm().orElse("");
  }

  private String shiftOf(ProductGroup group) {
    return group.norm().map(this::biasOf).orElse("");
  }

  private List<String> biasesOf(ProductGroup group) {
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

  WeightSpec spec(String name) {
    return Objects.requireNonNull(weights.byName().get(name), name);
  }
}
