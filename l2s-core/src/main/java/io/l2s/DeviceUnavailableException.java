package io.l2s;

/** A model part was to run on a device that this machine does not have. */
public class DeviceUnavailableException extends LoadException {

  private static final long serialVersionUID = 1L;

  private final String requested;

  public DeviceUnavailableException(String requested, int gpuCount) {
    super(
        "device "
            + requested
            + " was asked for, but the engine sees "
            + gpuCount
            + " GPUs; use auto or cpu, or install CUDA natives",
        null);
    this.requested = requested;
  }

  /** The device, such as {@code gpu:1}. */
  public String requested() {
    return requested;
  }
}
