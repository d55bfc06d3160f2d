package io.l2s.assembly;

import io.l2s.ModelLoadException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Problems of a model's parts by the file or directory at fault. Not thread-safe. */
final class FoundProblems {

  private final Map<Path, List<String>> byPlace = new LinkedHashMap<>();

  void add(Path place, List<String> problems) {
    if (!problems.isEmpty()) {
      byPlace.computeIfAbsent(place, key -> new ArrayList<>()).addAll(problems);
    }
  }

  boolean isEmpty() {
    return byPlace.isEmpty();
  }

  /**
   * Requires that there are none.
   *
   * @throws ModelLoadException with all of them; those of other places than the first name theirs
   */
  void requireNone() {
    if (byPlace.isEmpty()) {
      return;
    }
    Path first = byPlace.keySet().iterator().next();
    List<String> all = new ArrayList<>();
    byPlace.forEach(
        (place, problems) ->
            problems.forEach(
                problem -> all.add(place.equals(first) ? problem : place + ": " + problem)));
    throw new ModelLoadException(first, all);
  }
}
