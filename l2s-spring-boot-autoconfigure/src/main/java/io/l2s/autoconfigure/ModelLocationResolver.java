package io.l2s.autoconfigure;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Finds the local file or directory of a location that a property names. Beans of this type are
 * asked in their order, before l2s reads the location as a path or a {@code file:} location. An
 * application can so fetch models from a store of its own.
 */
@FunctionalInterface
public interface ModelLocationResolver {

  /**
   * Returns the file or directory, or empty for a location that another resolver may know.
   *
   * @param location as the property has it, such as {@code s3://models/en-de}
   */
  Optional<Path> resolve(String location);
}
