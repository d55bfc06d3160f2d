package io.l2s.projector;

import io.l2s.ModelLoadException;
import io.l2s.checkpoint.SafetensorsFile;
import io.l2s.checkpoint.TensorEntry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A projector's safetensors file: {@code fc1} and {@code fc2}, weights {@code [out, in]}. */
record ProjectorFile(Map<String, TensorEntry> tensors, int inputWidth, int outputWidth) {

  static final String FC1_WEIGHT = "fc1.weight";
  static final String FC1_BIAS = "fc1.bias";
  static final String FC2_WEIGHT = "fc2.weight";
  static final String FC2_BIAS = "fc2.bias";
  static final List<String> NAMES = List.of(FC1_WEIGHT, FC1_BIAS, FC2_WEIGHT, FC2_BIAS);

  // Of bundles whose prompt is in the LLM's tokenizer; the bundle refuses those by name.
  private static final Set<String> KNOWN_ELSEWHERE = Set.of("embedding_adapter.weight");

  static ProjectorFile open(Path file) {
    Map<String, TensorEntry> tensors = SafetensorsFile.open(file).tensors();
    List<String> problems = new ArrayList<>();
    NAMES.stream()
        .filter(name -> !tensors.containsKey(name))
        .map(name -> "missing " + name)
        .forEach(problems::add);
    tensors.keySet().stream()
        .filter(name -> !NAMES.contains(name) && !KNOWN_ELSEWHERE.contains(name))
        .map(name -> "unexpected tensor " + name)
        .forEach(problems::add);
    if (problems.isEmpty()) {
      checkShapes(tensors, problems);
    }
    if (!problems.isEmpty()) {
      throw new ModelLoadException(file, problems);
    }
    return new ProjectorFile(
        tensors,
        Math.toIntExact(tensors.get(FC1_WEIGHT).shape().get(1)),
        Math.toIntExact(tensors.get(FC2_WEIGHT).shape().get(0)));
  }

  private static void checkShapes(Map<String, TensorEntry> tensors, List<String> problems) {
    List<Long> fc1 = tensors.get(FC1_WEIGHT).shape();
    List<Long> fc2 = tensors.get(FC2_WEIGHT).shape();
    if (fc1.size() != 2 || fc2.size() != 2) {
      problems.add(
          "fc1.weight has shape " + fc1 + " and fc2.weight " + fc2 + ", expected [out, in]");
      return;
    }
    long hidden = fc1.get(0);
    expect(tensors, problems, FC1_BIAS, List.of(hidden));
    expect(tensors, problems, FC2_WEIGHT, List.of(fc2.get(0), hidden));
    expect(tensors, problems, FC2_BIAS, List.of(fc2.get(0)));
  }

  private static void expect(
      Map<String, TensorEntry> tensors, List<String> problems, String name, List<Long> shape) {
    List<Long> actual = tensors.get(name).shape();
    if (!actual.equals(shape)) {
      problems.add(name + " has shape " + actual + ", expected " + shape);
    }
  }
}
