package io.l2s.engine;

import ai.djl.Device;
import io.l2s.DeviceUnavailableException;
import io.l2s.InvalidSettingException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The device a component is asked to run on: {@code auto}, {@code cpu}, {@code gpu} or {@code
 * gpu:n}.
 *
 * @param kind what was asked for
 * @param index number of the GPU, counted from 0; 0 for the other kinds
 */
public record DeviceSpec(Kind kind, int index) {

  /** The first GPU where there is one, else the CPU. */
  public static final DeviceSpec AUTO = new DeviceSpec(Kind.AUTO, 0);

  public static final DeviceSpec CPU = new DeviceSpec(Kind.CPU, 0);

  private static final Pattern GPU = Pattern.compile("gpu(?::(\\d{1,4}))?");

  /** The kinds of device. */
  public enum Kind {
    AUTO,
    CPU,
    GPU
  }

  /**
   * Reads {@code auto}, {@code cpu}, {@code gpu} or {@code gpu:n}, in any case.
   *
   * @throws InvalidSettingException for anything else
   */
  public static DeviceSpec parse(String text) {
    String lower = text.strip().toLowerCase(Locale.ROOT);
    if (lower.equals("auto")) {
      return AUTO;
    }
    if (lower.equals("cpu")) {
      return CPU;
    }
    Matcher gpu = GPU.matcher(lower);
    if (!gpu.matches()) {
      throw new InvalidSettingException("device", "auto, cpu, gpu or gpu:n", text);
    }
    return new DeviceSpec(Kind.GPU, gpu.group(1) == null ? 0 : Integer.parseInt(gpu.group(1)));
  }

  /** The device by the name that {@link #parse} reads. */
  public static DeviceSpec of(Device device) {
    return device.isGpu() ? new DeviceSpec(Kind.GPU, device.getDeviceId()) : CPU;
  }

  /**
   * The device to use on a machine with the catalog's devices.
   *
   * @throws DeviceUnavailableException if a GPU was asked for that is not there
   */
  public Device resolve(DeviceCatalog catalog) {
    return switch (kind) {
      case CPU -> Device.cpu();
      case AUTO -> catalog.gpuCount() > 0 ? Device.gpu(0) : Device.cpu();
      case GPU -> {
        if (index >= catalog.gpuCount()) {
          throw new DeviceUnavailableException(toString(), catalog.gpuCount());
        }
        yield Device.gpu(index);
      }
    };
  }

  /** The form that {@link #parse} reads. */
  @Override
  public String toString() {
    return kind == Kind.GPU ? "gpu:" + index : kind.name().toLowerCase(Locale.ROOT);
  }
}
