package io.l2s;

/** A device was asked for that this machine does not have. */
public class DeviceUnavailableException extends L2sException {

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

  public String requested() {
    return requested;
  }
}
