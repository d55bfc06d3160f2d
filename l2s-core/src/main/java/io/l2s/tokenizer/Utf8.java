package io.l2s.tokenizer;

/**
 * UTF-8 in which each longest part of a broken character becomes one U+FFFD, as Unicode advises.
 */
final class Utf8 {

  private Utf8() {}

  static boolean isValid(byte[] bytes, int length) {
    for (int at = 0; at < length; ) {
      int size = sequence(bytes, at, length);
      if (size <= 0) {
        return false;
      }
      at += size;
    }
    return true;
  }

  static String decode(byte[] bytes, int length) {
    StringBuilder text = new StringBuilder(length);
    for (int at = 0; at < length; ) {
      int size = sequence(bytes, at, length);
      if (size > 0) {
        text.appendCodePoint(codePoint(bytes, at, size));
        at += size;
      } else {
        text.append('\uFFFD');
        at += -size;
      }
    }
    return text.toString();
  }

  /** The length of the character at {@code at}; negative the length of a broken part of one. */
  private static int sequence(byte[] bytes, int at, int length) {
    int lead = bytes[at] & 0xFF;
    if (lead < 0x80) {
      return 1;
    }
    int size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4) {
      return -1;
    }
    // Overlong forms, surrogates and numbers beyond Unicode show in the second byte.
    int least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    int most = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    for (int i = 1; i < size; i++) {
      int next = at + i < length ? bytes[at + i] & 0xFF : -1;
      if (next < least || next > most) {
        return -i;
      }
      least = 0x80;
      most = 0xBF;
    }
    return size;
  }

  private static int codePoint(byte[] bytes, int at, int size) {
    if (size == 1) {
      return bytes[at];
    }
    int code = bytes[at] & (0xFF >> (size + 1));
    for (int i = 1; i < size; i++) {
      code = code << 6 | bytes[at + i] & 0x3F;
    }
    return code;
  }
}
