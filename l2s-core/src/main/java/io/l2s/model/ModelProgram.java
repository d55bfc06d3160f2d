package io.l2s.model;

import ai.djl.Device;
import io.l2s.Precision;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.engine.CpuFeatures;
import io.l2s.engine.NativeRuntime;
import io.l2s.engine.Program;
import io.l2s.engine.Weights;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
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
 * @param centred whether norms subtract the mean (layer norm), and not only divide (RMS norm)
 * @param epsilon of the norms
 * @param hot methods to compile at their first call: all that call the products
 * @param eos ids that end an answer
 * @param groups the products, in the order in which the program numbers its groups
 * @param preparation ends the loading, when all groups are made
 */
public record ModelProgram(
    Class<?> owner,
    List<String> sources,
    Map<String, Object> attributes,
    boolean centred,
    double epsilon,
    Set<String> hot,
    List<Integer> eos,
    WeightTable weights,
    List<ProductGroup> groups,
    Consumer<Program> preparation) {

  private static final Logger LOG = LoggerFactory.getLogger(ModelProgram.class);

  /**
   * Loads a checkpoint to serve; its file stays mapped until the program is closed.
   *
   * @throws io.l2s.ModelLoadException naming every tensor that is missing, surplus or mis-shaped
   */
  public Program load(Loading from) {
    Checkpoint checkpoint = from.checkpoint();
    Placement on = from.on();
    Precision resolved = NumberFormat.serving(checkpoint, on.device(), on.precision());
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
        kernel == MatmulKernel.ONEDNN ? ", products by oneDNN" : "");
    return load(on.runtime(), checkpoint, on.device(), resolved, kernel);
  }

  /**
   * @param precision not AUTO
   */
  public Program load(
      NativeRuntime runtime,
      Checkpoint checkpoint,
      Device device,
      Precision precision,
      MatmulKernel kernel) {
    weights.check(checkpoint);
    return runtime.open(
        () -> {
          Program program = empty(device, precision, Precision.F32, kernel);
          try {
            weights.put(program, checkpoint, precision);
            makeReady(program);
            return program;
          } catch (RuntimeException e) {
            program.close();
            throw e;
          }
        });
  }

  /**
   * The program without weights. Native thread only.
   *
   * @param compute number format in which float32 weights are multiplied, f32 or bf16
   */
  public Program empty(Device device, Precision precision, Precision compute, MatmulKernel kernel) {
    Map<String, Object> all = new LinkedHashMap<>(attributes);
    all.put("training", false);
    all.put("eps", epsilon);
    all.put("centred", centred);
    all.put("eos", eos);
    all.put("weights", Map.of());
    all.put("norms", List.of());
    all.put("shifts", List.of());
    all.put("int8", precision == Precision.INT8);
    all.put("reduce_range", !CpuFeatures.current().hasVnni());
    all.put("groups", List.of());
    all.put("flips", List.of());
    all.put("biases", List.of());
    all.put("packs", List.of());
    all.put("parts", List.of());
    all.put("room", Map.of());
    all.put("epsilon", List.of());
    all.put("compute", compute == Precision.BF16 ? Weights.BF16 : Weights.F32);
    all.put("dropout", 0.0);
    List<String> files =
        Stream.of(
                Stream.of("/io/l2s/model/program.py"),
                sources.stream(),
                Stream.of(kernel.resource()))
            .flatMap(Function.identity())
            .toList();
    return Program.load(owner, files, all, device, hot);
  }

  /** Makes the groups of products of a program whose weights have been put. Native thread only. */
  public void makeReady(Program program) {
    Set<String> used = new HashSet<>();
    groups.forEach(group -> add(program, group, used));
    List<String> kept = new ArrayList<>(specs().keySet());
    kept.removeAll(used);
    program.run("ready", kept);
    preparation.accept(program);
  }

  private void add(Program program, ProductGroup group, Set<String> used) {
    WeightSpec first = spec(group.names().get(0));
    // A table, such as the embeddings of a tied head, is looked up in as well.
    boolean kept = first.kind() == WeightSpec.Kind.TABLE;
    List<String> biases = group.names().stream().map(this::biasOf).toList();
    String norm = group.norm().orElse("");
    String shift = group.norm().map(this::biasOf).orElse("");
    program.run(
        "group", norm, shift, group.factor(), group.names(), biases, first.transposed(), kept);
    used.add(norm);
    used.add(shift);
    used.addAll(biases);
    if (!kept) {
      used.addAll(group.names());
    }
  }

  /** The name of what is added where {@code weight} is multiplied by; "" where nothing is. */
  String biasOf(String weight) {
    String bias = weight.replaceFirst("weight$", "bias");
    return !bias.equals(weight) && specs().containsKey(bias) ? bias : "";
  }

  /** Whether {@code weight} is stored as {@code [in, out]}. */
  boolean isTransposed(String weight) {
    return spec(weight).transposed();
  }

  private WeightSpec spec(String name) {
    return Objects.requireNonNull(specs().get(name), name);
  }

  private Map<String, WeightSpec> specs() {
    return weights
        .required()
        .collect(
            Collectors.toMap(
                WeightSpec::name, Function.identity(), (a, b) -> a, LinkedHashMap::new));
  }
}
