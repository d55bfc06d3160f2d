package io.l2s.model;

import io.l2s.engine.Program;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Makes the groups of products of a program whose weights have been put. Native thread only. */
public final class ProductGroups {

  private final Program program;
  private final Map<String, WeightSpec> specs;
  private final Set<String> used = new HashSet<>();

  public ProductGroups(Program program, WeightTable table) {
    this.program = program;
    this.specs = table.required().collect(Collectors.toMap(WeightSpec::name, Function.identity()));
  }

  /** Makes a group of products that share an input, with the norm that stands before the first. */
  public void add(List<String> names) {
    add(names, specs.get(names.get(0)).normBefore().orElse(""), 1);
  }

  /**
   * Makes a group of products that share an input.
   *
   * @param norm name of the norm before them
   * @param factor what 8-bit products are multiplied by besides
   */
  public void add(List<String> names, String norm, double factor) {
    // A table, such as the embeddings of a tied head, is looked up in as well.
    boolean kept = specs.get(names.get(0)).kind() == WeightSpec.Kind.TABLE;
    program.run("group", norm, factor, names, kept);
    used.add(norm);
    if (!kept) {
      used.addAll(names);
    }
  }

  /** Ends with the weights that no group took over. */
  public void end() {
    List<String> kept = new ArrayList<>(specs.keySet());
    kept.removeAll(used);
    program.run("ready", kept);
  }
}
