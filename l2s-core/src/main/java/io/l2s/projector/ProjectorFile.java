package io.l2s.projector;

import io.l2s.ModelLoadException;
import io.l2s.checkpoint.SafetensorsFile;
import io.l2s.checkpoint.TensorEntry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A projector's safetensors file: {@code fc1} and {@code fc2}, or {@code fc1} alone, weights {@code
 * [out, in]}; or no tensor at all and the width in the metadata.
 */
record ProjectorFile(
    ProjectorKind kind, Map<String, TensorEntry> tensors, int inputWidth, int outputWidth) {

  static final String FC1_WEIGHT = "fc1.weight";
  static final String FC1_BIAS = "fc1.bias";
  static final String FC2_WEIGHT = "fc2.weight";
  static final String FC2_BIAS = "fc2.bias";

  /** Metadata of a file without tensors: the width of H and of P. */
  static final String WIDTH = "l2s.width";

  // Of bundles whose prompt is in the LLM's tokenizer; the bundle refuses those by name.
  private static final Set<String> KNOWN_ELSEWHERE = Set.of("embedding_adapter.weight");

  static ProjectorFile open(Path file) {
    SafetensorsFile opened = SafetensorsFile.open(file);
    Map<String, TensorEntry> tensors = opened.tensors();
    if (tensors.isEmpty()) {
      int width = width(file, opened.metadata().get(WIDTH));
      return new ProjectorFile(ProjectorKind.NONE, tensors, width, width);
    }
    boolean linear =
        !tensors.containsKey(FC2_WEIGHT)
            && !tensors.containsKey(FC2_BIAS)
            && tensors.containsKey(FC1_WEIGHT);
    ProjectorKind kind = linear ? ProjectorKind.LINEAR : ProjectorKind.MLP;
    List<String> names = names(kind);
    List<String> problems = new ArrayList<>();
    names.stream()
        .filter(name -> !tensors.containsKey(name))
        .map(name -> "missing " + name)
        .forEach(problems::add);
    tensors.keySet().stream()
        .filter(name -> !names.contains(name) && !KNOWN_ELSEWHERE.contains(name))
        .map(name -> "unexpected tensor " + name)
        .forEach(problems::add);
    if (problems.isEmpty()) {
      checkShapes(kind, tensors, problems);
    }
    if (!problems.isEmpty()) {
      throw new ModelLoadException(file, problems);
    }
    String last = linear ? FC1_WEIGHT : FC2_WEIGHT;
    return new ProjectorFile(
        kind,
        tensors,
        Math.toIntExact(shape(tensors, FC1_WEIGHT).get(1)),
        Math.toIntExact(shape(tensors, last).get(0)));
  }

  /** One of the tensors that {@link #names} gives. */
  TensorEntry tensor(String name) {
    return Objects.requireNonNull(tensors.get(name), name);
  }

  /** The tensors that a projector of {@code kind} has. */
  static List<String> names(ProjectorKind kind) {
    return switch (kind) {
      case NONE -> List.of();
      case LINEAR -> List.of(FC1_WEIGHT, FC1_BIAS);
      case MLP -> List.of(FC1_WEIGHT, FC1_BIAS, FC2_WEIGHT, FC2_BIAS);
    };
  }

  private static int width(Path file, @Nullable String written) {
    try {
      int width = Integer.parseInt(String.valueOf(written));
      if (width > 0) {
        return width;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw new ModelLoadException(
        file,
        "has no tensors, so its metadata must name the width in "
            + WIDTH
            + ", greater than 0, but it was "
            + written);
  }

  private static void checkShapes(
      ProjectorKind kind, Map<String, TensorEntry> tensors, List<String> problems) {
    if (kind == ProjectorKind.LINEAR) {
      List<Long> shape = shape(tensors, FC1_WEIGHT);
      if (shape.size() == 2) {
        expect(tensors, problems, FC1_BIAS, List.of(shape.get(0)));
      } else {
        problems.add("fc1.weight has shape " + shape + ", expected [out, in]");
      }
      return;
    }
    List<Long> fc1 = shape(tensors, FC1_WEIGHT);
    List<Long> fc2 = shape(tensors, FC2_WEIGHT);
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

  private static List<Long> shape(Map<String, TensorEntry> tensors, String name) {
    return Objects.requireNonNull(tensors.get(name), name).shape();
  }

  private static void expect(
      Map<String, TensorEntry> tensors, List<String> problems, String name, List<Long> shape) {
    List<Long> actual = shape(tensors, name);
    if (!actual.equals(shape)) {
      problems.add(name + " has shape " + actual + ", expected " + shape);
    }
  }
}
