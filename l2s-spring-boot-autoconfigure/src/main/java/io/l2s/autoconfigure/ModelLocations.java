package io.l2s.autoconfigure;

import java.io.FileNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.ResourceUtils;

/** Resolves the file or directory that a location property names. */
final class ModelLocations {

  private final List<ModelLocationResolver> resolvers;
  private final FileAdmission files;

  /**
   * @param resolvers asked in this order; a location that none of them knows is a path, or a file:
   *     or classpath: location of a file system
   * @param files refuses locations that lead elsewhere than they may
   */
  ModelLocations(List<ModelLocationResolver> resolvers, FileAdmission files) {
    this.resolvers = List.copyOf(resolvers);
    this.files = files;
  }

  Path directory(String property, String location) {
    Path path = existing(property, location);
    if (!Files.isDirectory(path)) {
      throw new InvalidConfigurationPropertyValueException(
          property, location, "It must be a directory, but " + path + " is a file.");
    }
    return path;
  }

  Path file(String property, String location) {
    Path path = existing(property, location);
    if (!Files.isRegularFile(path)) {
      throw new InvalidConfigurationPropertyValueException(
          property, location, "It must be a file, but " + path + " is a directory.");
    }
    return path;
  }

  private Path existing(String property, String location) {
    Path path = path(property, location);
    if (!Files.exists(path)) {
      throw ModelConfigurationException.pathMissing(property, location, path);
    }
    if (location.startsWith(ResourceUtils.CLASSPATH_URL_PREFIX)) {
      files.allowClasspath(path);
    } else {
      files.requireAllowed(property, location, path);
    }
    return path;
  }

  private Path path(String property, String location) {
    if (location.isBlank()) {
      throw new InvalidConfigurationPropertyValueException(
          property, location, "It must be a path, or a file: or classpath: location.");
    }
    for (ModelLocationResolver resolver : resolvers) {
      Optional<Path> resolved = resolver.resolve(location);
      if (resolved.isPresent()) {
        return resolved.get().toAbsolutePath().normalize();
      }
    }
    try {
      return ResourceUtils.getFile(location).toPath().toAbsolutePath().normalize();
    } catch (FileNotFoundException e) {
      throw new InvalidConfigurationPropertyValueException(
          property,
          location,
          "It must be a path, or a file: or classpath: location (" + e.getMessage() + ").");
    }
  }
}
