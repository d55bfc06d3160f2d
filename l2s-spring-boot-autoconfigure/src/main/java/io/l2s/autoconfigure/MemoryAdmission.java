package io.l2s.autoconfigure;

import io.l2s.InsufficientMemoryException;
import io.l2s.ServingOptions;
import io.l2s.assembly.MemoryCheck;
import io.l2s.engine.AvailableMemory;
import io.l2s.engine.DeviceCatalog;
import org.springframework.beans.factory.ObjectProvider;

/** Refuses models that the machine has no memory for, before they load. */
record MemoryAdmission(
    boolean enabled, ObjectProvider<DeviceCatalog> devices, AvailableMemory available) {

  /**
   * Compares what the parts that come from files need with the memory that is there.
   *
   * @throws InsufficientMemoryException if a device cannot give what is needed
   */
  void require(PartSource parts, ServingOptions options) {
    if (enabled) {
      MemoryCheck check = new MemoryCheck(devices.getObject(), available);
      parts.addTo(check, options);
      check.require();
    }
  }
}
