package io.l2s.checkpoint;
public enum TensorType { F64(8),F32(4),F16(2),BF16(2),I64(8),I32(4),I16(2),I8(1),U8(1),BOOL(1); final int size; TensorType(int s){size=s;} }
