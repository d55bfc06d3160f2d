package io.l2s.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The alphabet of byte-level tokenizers: each byte is one printable character. GPT-2 introduced it.
 */
final class ByteCharacters {

  private static final char[] CHARACTERS = characters();
  private static final int[] BYTES = bytes();

  private ByteCharacters() {}

  static char of(int unsignedByte) {
    return CHARACTERS[unsignedByte];
  }

  /** The UTF-8 bytes of {@code text}, each as its character. */
  static String spelled(String text) {
    StringBuilder spelled = new StringBuilder(text.length() + 8);
    for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
      spelled.append(CHARACTERS[each & 0xFF]);
    }
    return spelled.toString();
  }

  /** The bytes that {@code token} spells, or its UTF-8 bytes if another character is in it. */
  static byte[] bytes(String token) {
    byte[] bytes = new byte[token.length()];
    for (int i = 0; i < token.length(); i++) {
      char c = token.charAt(i);
      if (c >= BYTES.length || BYTES[c] < 0) {
        return token.getBytes(StandardCharsets.UTF_8);
      }
      bytes[i] = (byte) BYTES[c];
    }
    return bytes;
  }

  private static char[] characters() {
    char[] characters = new char[256];
    int moved = 0;
    for (int b = 0; b < 256; b++) {
      boolean printable = b >= '!' && b <= '~' || b >= 0xA1 && b <= 0xAC || b >= 0xAE;
      characters[b] = (char) (printable ? b : 256 + moved++);
    }
    return characters;
  }

  private static int[] bytes() {
    int[] bytes = new int[512];
    Arrays.fill(bytes, -1);
    for (int b = 0; b < 256; b++) {
      bytes[CHARACTERS[b]] = b;
    }
    return bytes;
  }
}
