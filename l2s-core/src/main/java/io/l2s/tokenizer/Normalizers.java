package io.l2s.tokenizer;

import com.google.gson.JsonElement;
import io.l2s.tokenizer.Normalizer.Normalized;
import java.nio.file.Path;
import java.text.Normalizer.Form;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** Reads the {@code normalizer} of a {@code tokenizer.json}. */
final class Normalizers {

  /** Characters that a step may put in place of others; real files need one. */
  static final int MAX_CONTENT = 64;

  private static final List<String> TYPES =
      List.of(
          "NFC",
          "NFD",
          "NFKC",
          "NFKD",
          "Nmt",
          "Lowercase",
          "Strip",
          "StripAccents",
          "Replace",
          "Prepend",
          "ByteLevel",
          "BertNormalizer",
          "Precompiled",
          "Sequence");

  private Normalizers() {}

  static Normalizer read(Path file, @Nullable JsonElement json) {
    return json == null || json.isJsonNull()
        ? Normalizer.NONE
        : read(JsonNode.of(file, "normalizer", json));
  }

  private static Normalizer read(JsonNode node) {
    return switch (node.type()) {
      case "NFC" -> Normalizer.form(Form.NFC);
      case "NFD" -> Normalizer.form(Form.NFD);
      case "NFKC" -> Normalizer.form(Form.NFKC);
      case "NFKD" -> Normalizer.form(Form.NFKD);
      case "Nmt" -> Normalizers::machineTranslation;
      case "Lowercase" -> text -> text.with(Normalizer.lowerCase(text.text()));
      case "Strip" ->
          strip(node.requiredBoolean("strip_left"), node.requiredBoolean("strip_right"));
      case "StripAccents" -> Normalizer.removing(Characters::isMark);
      case "Replace" ->
          Normalizer.replacing(TextPattern.read(node), node.text("content", MAX_CONTENT));
      case "Prepend" -> prepend(node.text("prepend", MAX_CONTENT));
      case "ByteLevel" -> text -> text.with(ByteCharacters.spelled(text.text()));
      case "BertNormalizer" -> bert(node);
      case "Precompiled" -> CharacterMap.read(node);
      case "Sequence" ->
          Normalizer.sequence(
              node.components("normalizers").stream().map(Normalizers::read).toList());
      default -> throw node.unknownType(TYPES);
    };
  }

  /** SentencePiece's rule "nmt": no control characters, white space of all kinds as blanks. */
  private static Normalized machineTranslation(Normalized text) {
    Normalized without = Normalizer.removing(Normalizers::isRemovedControl).apply(text);
    int[] mapped =
        without.text().codePoints().map(c -> isBlankForTranslation(c) ? ' ' : c).toArray();
    return without.with(new String(mapped, 0, mapped.length));
  }

  private static boolean isRemovedControl(int c) {
    return c >= 0x01 && c <= 0x08
        || c == 0x0B
        || c >= 0x0E && c <= 0x1F
        || c == 0x7F
        || c == 0x8F
        || c == 0x9F;
  }

  private static boolean isBlankForTranslation(int c) {
    return c == 0x09
        || c == 0x0A
        || c == 0x0C
        || c == 0x0D
        || c == 0x1680
        || c >= 0x200B && c <= 0x200F
        || c == 0x2028
        || c == 0x2029
        || c == 0x2581
        || c == 0xFEFF
        || c == 0xFFFD;
  }

  private static Normalizer strip(boolean left, boolean right) {
    return text -> {
      String whole = text.text();
      int start = 0;
      int end = whole.length();
      while (left && start < end && Characters.isWhiteSpace(whole.charAt(start))) {
        start++;
      }
      while (right && end > start && Characters.isWhiteSpace(whole.charAt(end - 1))) {
        end--;
      }
      return text.with(whole.substring(start, end), start == 0);
    };
  }

  private static Normalizer prepend(String prefix) {
    return text -> text.text().isEmpty() ? text : text.with(prefix + text.text());
  }

  private static Normalizer bert(JsonNode node) {
    boolean clean = node.requiredBoolean("clean_text");
    boolean chinese = node.requiredBoolean("handle_chinese_chars");
    boolean lower = node.requiredBoolean("lowercase");
    boolean accents = node.booleanOr("strip_accents", lower);
    IntPredicate unclean = c -> c == 0 || c == 0xFFFD || isOther(c);
    return text -> {
      Normalized changed = text;
      if (clean) {
        changed = Normalizer.removing(unclean).apply(changed);
        int[] blanks =
            changed.text().codePoints().map(c -> Characters.isWhiteSpace(c) ? ' ' : c).toArray();
        changed = changed.with(new String(blanks, 0, blanks.length));
      }
      if (chinese) {
        changed = changed.with(withBlanksAroundChinese(changed.text()));
      }
      if (accents) {
        changed = Normalizer.form(Form.NFD).apply(changed);
        changed = Normalizer.removing(Characters::isNonspacingMark).apply(changed);
      }
      return lower ? changed.with(Normalizer.lowerCase(changed.text())) : changed;
    };
  }

  private static boolean isOther(int c) {
    return c != '\t'
        && c != '\n'
        && c != '\r'
        && switch (Character.getType(c)) {
          case Character.CONTROL, Character.FORMAT, Character.PRIVATE_USE -> true;
          default -> false;
        };
  }

  private static String withBlanksAroundChinese(String text) {
    StringBuilder spaced = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              if (isChinese(c)) {
                spaced.append(' ').appendCodePoint(c).append(' ');
              } else {
                spaced.appendCodePoint(c);
              }
            });
    return spaced.toString();
  }

  private static boolean isChinese(int c) {
    return c >= 0x4E00 && c <= 0x9FFF
        || c >= 0x3400 && c <= 0x4DBF
        || c >= 0x20000 && c <= 0x2A6DF
        || c >= 0x2A700 && c <= 0x2B73F
        || c >= 0x2B740 && c <= 0x2B81F
        || c >= 0x2B920 && c <= 0x2CEAF
        || c >= 0xF900 && c <= 0xFAFF
        || c >= 0x2F800 && c <= 0x2FA1F;
  }
}
