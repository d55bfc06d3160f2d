package io.l2s.cli;

import io.l2s.InsufficientMemoryException;
import io.l2s.Route;
import io.l2s.ServingOptions;
import io.l2s.assembly.MemoryCheck;
import io.l2s.assembly.ModelParts;
import io.l2s.engine.AvailableMemory;
import io.l2s.engine.DeviceCatalog;
import java.util.Set;

/**
 * The memory that a model needs, to be compared before any weight is read.
 *
 * @param routes those that will answer
 * @param serving bounds of the tokens that decode at a time
 */
record MemoryNeeds(
    ModelParts parts, Set<Route> routes, ModelOptions options, ServingOptions serving) {

  /**
   * Compares the needs with what {@code devices} can give, unless {@code --check-memory} is false.
   *
   * @throws InsufficientMemoryException naming both, if a device cannot give what is needed
   */
  void require(DeviceCatalog devices) {
    if (options.checksMemory()) {
      MemoryCheck check = new MemoryCheck(devices, AvailableMemory.ofMachine());
      addTo(check);
      check.require();
    }
  }

  private void addTo(MemoryCheck check) {
    if (routes.contains(Route.LLM_ONLY) || routes.contains(Route.EXACT)) {
      check.add(parts.llm(), options.llm(), serving);
    } else {
      check.addReader(parts.llm(), options.llm());
    }
    parts.slm().ifPresent(slm -> check.add(slm, options.slm(), serving));
    if (routes.contains(Route.EXACT)) {
      check.addExact(parts, options.llm(), options.slm(), serving);
    }
    parts.slmAlone().ifPresent(alone -> check.add(alone, options.slm(), serving));
  }
}
