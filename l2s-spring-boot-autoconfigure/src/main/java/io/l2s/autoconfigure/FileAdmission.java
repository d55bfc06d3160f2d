package io.l2s.autoconfigure;

import io.l2s.Bundle;
import io.l2s.assembly.ModelFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Refuses models whose files lie outside the allowed directories, or that have no digest, before
 * any of their weights is read. Symbolic links count by what they lead to. Thread-safe.
 */
final class FileAdmission {

  /** Allows every file. */
  static final FileAdmission NONE = new FileAdmission(List.of(), false);

  private static final String ROOTS = "l2s.allowed-roots";

  private final List<Path> roots;
  private final boolean requireDigests;
  // Models of the class path are part of the application.
  private final Set<Path> ofClasspath = ConcurrentHashMap.newKeySet();

  /**
   * @param roots existing directories; empty allows all
   * @throws InvalidConfigurationPropertyValueException if a root is no directory
   */
  FileAdmission(List<String> roots, boolean requireDigests) {
    this.roots = roots.stream().map(FileAdmission::root).toList();
    this.requireDigests = requireDigests;
  }

  private static Path root(String written) {
    try {
      Path root = Path.of(written).toRealPath();
      if (Files.isDirectory(root)) {
        return root;
      }
    } catch (IOException | InvalidPathException e) {
      // Refused like a file.
    }
    throw new InvalidConfigurationPropertyValueException(
        ROOTS, written, "Each must be the path of a directory that exists.");
  }

  /** Allows what lies below {@code path}, which comes from the class path. */
  void allowClasspath(Path path) {
    ofClasspath.add(real(path));
  }

  /**
   * Requires that the location of a property leads into an allowed directory.
   *
   * @throws ModelConfigurationException if it does not
   */
  void requireAllowed(String property, String location, Path path) {
    if (!isAllowed(path)) {
      throw ModelConfigurationException.outsideRoots(
          property + " is '" + location + "', which leads to " + real(path), ROOTS, roots);
    }
  }

  /**
   * Requires that all files of a model lie in allowed directories and, where that is asked for,
   * have a digest.
   *
   * @throws ModelConfigurationException if one does not
   */
  ModelFiles admit(String model, Optional<Bundle> bundle, ModelFiles files) {
    if (roots.isEmpty() && !requireDigests) {
      return files;
    }
    List<Path> read = filesRead(files);
    Stream.concat(bundle.map(each -> each.directory().resolve(Bundle.FILE)).stream(), read.stream())
        .filter(file -> !isAllowed(file))
        .findFirst()
        .ifPresent(
            file -> {
              throw ModelConfigurationException.outsideRoots(
                  "The file " + file + " of model " + model + " is " + real(file), ROOTS, roots);
            });
    if (requireDigests) {
      requireDigests(model, bundle, read);
    }
    return files;
  }

  private static void requireDigests(String model, Optional<Bundle> bundle, List<Path> read) {
    if (bundle.isEmpty()) {
      throw ModelConfigurationException.digestsWithoutBundle(model);
    }
    Path directory = bundle.get().directory();
    Set<Path> digested =
        bundle.get().sha256().keySet().stream()
            .map(file -> directory.resolve(file).normalize())
            .collect(Collectors.toSet());
    List<Path> without =
        read.stream().map(Path::normalize).filter(file -> !digested.contains(file)).toList();
    if (!without.isEmpty()) {
      throw ModelConfigurationException.digestsMissing(directory.resolve(Bundle.FILE), without);
    }
  }

  private boolean isAllowed(Path path) {
    Path real = real(path);
    return roots.isEmpty()
        || Stream.concat(roots.stream(), ofClasspath.stream()).anyMatch(real::startsWith);
  }

  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      // Reading it reports what is wrong.
      return path.toAbsolutePath().normalize();
    }
  }

  /** The files that l2s may read. */
  private static List<Path> filesRead(ModelFiles files) {
    List<Path> read = new ArrayList<>(files.projector().stream().toList());
    Stream.of(Optional.of(files.llm()), files.slm(), files.slmAlone())
        .flatMap(Optional::stream)
        .distinct()
        .forEach(directory -> addFiles(directory, read));
    return read;
  }

  private static void addFiles(Path directory, List<Path> read) {
    try (Stream<Path> files = Files.list(directory)) {
      files.filter(FileAdmission::isRead).sorted().forEach(read::add);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + directory + ": " + e.getMessage(), e);
    }
  }

  private static boolean isRead(Path file) {
    String name = file.getFileName().toString();
    return Stream.of(".json", ".safetensors", ".jinja").anyMatch(name::endsWith);
  }
}
