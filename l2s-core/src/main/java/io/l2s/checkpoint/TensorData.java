package io.l2s.checkpoint;
import java.nio.*; import java.util.*;
public record TensorData(String name, TensorType type, List<Long> shape, ByteBuffer data) {}
