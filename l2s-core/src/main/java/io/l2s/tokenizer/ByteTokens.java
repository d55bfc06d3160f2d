package io.l2s.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/** The tokens {@code <0x00>} to {@code <0xFF>} of models with byte fallback. */
final class ByteTokens {

  private final int[] ids = new int[256];

  ByteTokens(Map<String, Integer> vocabulary) {
    for (int b = 0; b < 256; b++) {
      ids[b] = vocabulary.getOrDefault("<0x%02X>".formatted(b), -1);
    }
  }

  /** The ids of the UTF-8 bytes of {@code text}; empty if a byte has no token. */
  int[] of(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int[] found = new int[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      found[i] = ids[bytes[i] & 0xFF];
    }
    return Arrays.stream(found).anyMatch(id -> id < 0) ? new int[0] : found;
  }
}
