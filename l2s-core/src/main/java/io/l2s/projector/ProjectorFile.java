package io.l2s.projector;

import io.l2s.ModelLoadException;
import io.l2s.checkpoint.FileStamp;
import io.l2s.checkpoint.SafetensorsFile;
import io.l2s.checkpoint.TensorEntry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A projector's safetensors file: {@code fc1} and {@code fc2}, or {@code fc1} alone, weights {@code
 * [out, in]}; or neither and the width in the metadata. An embedding adapter may stand beside them.
 *
 * @param tensors all that the file holds
 * @param stamp the file as it was before its header was read
 */
record ProjectorFile(
    ProjectorKind kind, Map<String, TensorEntry> tensors, ProjectorShape shape, FileStamp stamp) {

  static final String FC1_WEIGHT = "fc1.weight";
  static final String FC1_BIAS = "fc1.bias";
  static final String FC2_WEIGHT = "fc2.weight";
  static final String FC2_BIAS = "fc2.bias";

  /** The embedding adapter, {@code [slmWidth, llmEmbeddingWidth]}. */
  static final String ADAPTER = "embedding_adapter.weight";

  /** Metadata of a file without a map from H to P: the width of both. */
  static final String WIDTH = "l2s.width";

  static ProjectorFile open(Path file) {
    SafetensorsFile opened = SafetensorsFile.open(file);
    Map<String, TensorEntry> tensors = opened.tensors();
    ProjectorKind kind = kind(tensors.keySet());
    List<String> names = names(kind);
    List<String> problems = new ArrayList<>();
    names.stream()
        .filter(name -> !tensors.containsKey(name))
        .map(name -> "missing " + name)
        .forEach(problems::add);
    tensors.keySet().stream()
        .filter(name -> !names.contains(name) && !name.equals(ADAPTER))
        .map(name -> "unexpected tensor " + name)
        .forEach(problems::add);
    tensors.values().stream()
        .filter(tensor -> !tensor.type().isWeight())
        .map(each -> each.name() + " has type " + each.type() + ", expected F32, F16 or BF16")
        .forEach(problems::add);
    tensors.values().stream()
        .filter(tensor -> tensor.shape().contains(0L))
        .map(each -> each.name() + " has shape " + each.shape() + ", but no size may be 0")
        .forEach(problems::add);
    if (problems.isEmpty()) {
      checkShapes(kind, tensors, problems);
    }
    if (!problems.isEmpty()) {
      throw new ModelLoadException(file, problems);
    }
    return new ProjectorFile(
        kind, tensors, shape(kind, tensors, width(file, kind, opened.metadata())), opened.stamp());
  }

  private static ProjectorKind kind(Set<String> tensors) {
    if (tensors.stream().allMatch(ADAPTER::equals)) {
      return ProjectorKind.NONE;
    }
    boolean linear =
        !tensors.contains(FC2_WEIGHT)
            && !tensors.contains(FC2_BIAS)
            && tensors.contains(FC1_WEIGHT);
    return linear ? ProjectorKind.LINEAR : ProjectorKind.MLP;
  }

  /**
   * The tensors that the file holds: the projector's, then the embedding adapter if there is one.
   */
  List<String> names() {
    return shape.adapter().isEmpty()
        ? names(kind)
        : Stream.concat(names(kind).stream(), Stream.of(ADAPTER)).toList();
  }

  /** One of the tensors that {@link #names()} gives. */
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

  /**
   * @param width of H and P where no map leads from one to the other
   */
  private static ProjectorShape shape(
      ProjectorKind kind, Map<String, TensorEntry> tensors, int width) {
    Optional<ProjectorShape.Adapter> adapter =
        tensors.containsKey(ADAPTER)
            ? Optional.of(
                new ProjectorShape.Adapter(size(tensors, ADAPTER, 1), size(tensors, ADAPTER, 0)))
            : Optional.empty();
    return switch (kind) {
      case NONE -> new ProjectorShape(width, width, adapter);
      case LINEAR ->
          new ProjectorShape(size(tensors, FC1_WEIGHT, 1), size(tensors, FC1_WEIGHT, 0), adapter);
      case MLP ->
          new ProjectorShape(size(tensors, FC1_WEIGHT, 1), size(tensors, FC2_WEIGHT, 0), adapter);
    };
  }

  private static int size(Map<String, TensorEntry> tensors, String name, int dimension) {
    return Math.toIntExact(shape(tensors, name).get(dimension));
  }

  private static int width(Path file, ProjectorKind kind, Map<String, String> metadata) {
    return kind == ProjectorKind.NONE ? width(file, metadata.get(WIDTH)) : 0;
  }

  private static int width(Path file, @Nullable String written) {
    try {
      int width = Integer.parseInt(String.valueOf(written));
      if (width > 0) {
        return width;
      }
    } catch (NumberFormatException e) {
      // The check below reports it.
    }
    throw new ModelLoadException(
        file,
        "has no fc1.weight, so its metadata must name the width in "
            + WIDTH
            + ", greater than 0, but it was "
            + written);
  }

  private static void checkShapes(
      ProjectorKind kind, Map<String, TensorEntry> tensors, List<String> problems) {
    TensorEntry adapter = tensors.get(ADAPTER);
    if (adapter != null && adapter.shape().size() != 2) {
      problems.add(
          ADAPTER + " has shape " + adapter.shape() + ", expected [slmWidth, llmEmbeddingWidth]");
    }
    if (kind == ProjectorKind.NONE) {
      return;
    }
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
