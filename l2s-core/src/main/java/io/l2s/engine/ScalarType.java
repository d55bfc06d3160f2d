package io.l2s.engine;

/** PyTorch's number formats (c10::ScalarType) under the names that programs call them by. */
public enum ScalarType {
  I8(1),
  I64(4),
  F16(5),
  F32(6),
  F64(7),
  BOOL(11),
  BF16(15);

  private final int code;

  ScalarType(int code) {
    this.code = code;
  }

  /** The engine's code of the format. */
  public int code() {
    return code;
  }
}
