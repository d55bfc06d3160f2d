package io.l2s.tokenizer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * SentencePiece's compiled normalization: a double-array trie from UTF-8 to places in a text of
 * replacements, each of which ends in a zero byte.
 */
final class CharacterMap {

  private static final int MAX_TEXT = 1 << 24;
  private static final int MAX_REPLACEMENT = 256;
  private static final Pattern GRAPHEME = Pattern.compile("\\X");

  private final int[] units;
  private final byte[] replacements;

  private CharacterMap(int[] units, byte[] replacements) {
    this.units = units;
    this.replacements = replacements;
  }

  static Normalizer read(JsonNode node) {
    String path = node.path() + ".precompiled_charsmap";
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(node.text("precompiled_charsmap", MAX_TEXT));
    } catch (IllegalArgumentException e) {
      throw InvalidTokenizerException.field(path, "in base 64", "not");
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int size = bytes.length < 4 ? 0 : buffer.getInt();
    if (size < 4 || size % 4 != 0 || size > buffer.remaining()) {
      throw InvalidTokenizerException.field(
          path, "a trie and its replacements", "of " + bytes.length + " bytes that are none");
    }
    int[] units = new int[size / 4];
    buffer.asIntBuffer().get(units);
    byte[] replacements = Arrays.copyOfRange(bytes, 4 + size, bytes.length);
    CharacterMap map = new CharacterMap(units, replacements);
    map.checkEveryPath(path);
    return map::normalize;
  }

  private Normalizer.Normalized normalize(Normalizer.Normalized text) {
    String whole = text.text();
    StringBuilder changed = new StringBuilder(whole.length());
    int at = 0;
    while (at < whole.length()) {
      int plain = at;
      while (plain < whole.length() && isAlone(whole, plain)) {
        plain++;
      }
      for (; at < plain; at++) {
        appendMapped(text, whole.codePointAt(at), changed);
      }
      if (at < whole.length()) {
        at = appendGraphemes(text, at, changed);
      }
    }
    return text.with(changed.toString());
  }

  /** Whether the character is ASCII and no grapheme together with the next one. */
  private static boolean isAlone(String text, int at) {
    return text.charAt(at) < 128
        && text.charAt(at) != '\r'
        && (at + 1 == text.length() || text.charAt(at + 1) < 128);
  }

  /** Takes graphemes until the next two ASCII characters. */
  private int appendGraphemes(Normalizer.Normalized text, int from, StringBuilder changed) {
    String whole = text.text();
    Matcher graphemes = GRAPHEME.matcher(whole).region(from, whole.length());
    int at = from;
    while (at < whole.length() && graphemes.lookingAt()) {
      appendGrapheme(text, graphemes.group(), changed);
      at = graphemes.end();
      if (at == whole.length() || isAlone(whole, at)) {
        break;
      }
      graphemes.region(at, whole.length());
    }
    return at;
  }

  /** The reference looks for graphemes below six bytes as a whole, then for characters. */
  private void appendGrapheme(Normalizer.Normalized text, String grapheme, StringBuilder changed) {
    byte[] bytes = grapheme.getBytes(StandardCharsets.UTF_8);
    int place = bytes.length < 6 ? find(bytes) : -1;
    if (place >= 0) {
      changed.append(replacement(place));
      text.limit().check(changed.length());
    } else {
      // A grapheme may be as long as the text.
      grapheme.codePoints().forEach(c -> appendMapped(text, c, changed));
    }
  }

  private void appendMapped(Normalizer.Normalized text, int c, StringBuilder changed) {
    int place =
        c < 128
            ? find(new byte[] {(byte) c})
            : find(Character.toString(c).getBytes(StandardCharsets.UTF_8));
    if (place >= 0) {
      changed.append(replacement(place));
    } else {
      changed.appendCodePoint(c);
    }
    text.limit().check(changed.length());
  }

  /** The place of the shortest prefix of {@code key} that the trie holds, or −1. */
  private int find(byte[] key) {
    int node = offset(units[0]);
    for (byte each : key) {
      int label = each & 0xFF;
      if (label == 0) {
        return -1;
      }
      node ^= label;
      int unit = units[node];
      if ((unit & 0x800000FF) != label) {
        return -1;
      }
      node ^= offset(unit);
      if (hasLeaf(unit)) {
        return units[node] & Integer.MAX_VALUE;
      }
    }
    return -1;
  }

  private String replacement(int place) {
    int end = place;
    while (end < replacements.length && replacements[end] != 0) {
      end++;
    }
    return new String(replacements, place, end - place, StandardCharsets.UTF_8);
  }

  private static boolean hasLeaf(int unit) {
    return (unit >>> 8 & 1) == 1;
  }

  private static int offset(int unit) {
    return unit >>> 10 << ((unit & 1 << 9) >>> 6);
  }

  /** Walks every path once, so that no text can lead out of the trie or the replacements. */
  private void checkEveryPath(String path) {
    if (!Utf8.isValid(replacements, replacements.length)) {
      throw InvalidTokenizerException.field(path, "replacements in UTF-8", "not");
    }
    BitSet seen = new BitSet(units.length);
    ArrayDeque<Integer> open = new ArrayDeque<>();
    open.add(offset(units[0]));
    while (!open.isEmpty()) {
      int node = open.remove();
      for (int label = 1; label < 256; label++) {
        int next = at(path, node ^ label);
        int unit = units[next];
        if ((unit & 0x800000FF) != label) {
          continue;
        }
        int child = next ^ offset(unit);
        if (hasLeaf(unit)) {
          checkPlace(path, units[at(path, child)] & Integer.MAX_VALUE);
        }
        if (!seen.get(next)) {
          seen.set(next);
          open.add(child);
        }
      }
    }
  }

  private int at(String path, int node) {
    if (node < 0 || node >= units.length) {
      throw InvalidTokenizerException.field(
          path, "a trie of nodes below " + units.length, "one that leads to " + node);
    }
    return node;
  }

  private void checkPlace(String path, int place) {
    if (place >= replacements.length || (replacements[place] & 0xC0) == 0x80) {
      throw InvalidTokenizerException.field(
          path,
          "a trie of places in " + replacements.length + " bytes of replacements",
          "one that leads to " + place);
    }
    int length = 0;
    while (place + length < replacements.length && replacements[place + length] != 0) {
      if (++length > MAX_REPLACEMENT) {
        throw InvalidTokenizerException.field(
            path,
            "a trie of replacements of at most " + MAX_REPLACEMENT + " bytes",
            "one with a longer one at " + place);
      }
    }
  }
}
