package io.l2s.tokenizer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Byte tokens such as {@code <0x0A>}: a run of them is read as UTF-8. */
final class ByteRuns {

  private ByteRuns() {}

  /** The tokens with each run as its text, or as a U+FFFD for each byte if it is not UTF-8. */
  static List<String> joined(List<String> tokens) {
    List<String> texts = new ArrayList<>(tokens.size());
    byte[] run = new byte[16];
    int size = 0;
    for (String token : tokens) {
      int value = value(token);
      if (value < 0) {
        close(run, size, texts);
        size = 0;
        texts.add(token);
        continue;
      }
      if (size == run.length) {
        run = Arrays.copyOf(run, 2 * size);
      }
      run[size++] = (byte) value;
    }
    close(run, size, texts);
    return texts;
  }

  /** The byte that {@code token} stands for, or −1. */
  static int value(String token) {
    if (token.length() != 6 || !token.startsWith("<0x") || token.charAt(5) != '>') {
      return -1;
    }
    int low = digit(token.charAt(4));
    // The reference takes a sign for the first digit.
    int high = token.charAt(3) == '+' ? 0 : digit(token.charAt(3));
    return low < 0 || high < 0 ? -1 : 16 * high + low;
  }

  private static int digit(char c) {
    return c < 128 ? Character.digit(c, 16) : -1;
  }

  private static void close(byte[] run, int size, List<String> texts) {
    if (size == 0) {
      return;
    }
    if (Utf8.isValid(run, size)) {
      texts.add(Utf8.decode(run, size));
    } else {
      for (int i = 0; i < size; i++) {
        texts.add("\uFFFD");
      }
    }
  }
}
