package io.l2s.tokenizer;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the text of an answer grows with its tokens, according to the decoder in a {@code
 * tokenizer.json}.
 *
 * <p>Earlier text stays as it is where each step treats a token by itself or trims the ends of the
 * joined text. A replacement after the tokens were joined could reach over the seam of two tokens,
 * and an unknown step could do anything.
 *
 * @param incremental whether more tokens only add text at the end, apart from a last U+FFFD and a
 *     run of byte tokens
 * @param byteFallback whether byte tokens are read in runs; a run that is not UTF-8 becomes U+FFFD
 *     as a whole
 */
record DecoderShape(boolean incremental, boolean byteFallback) {

  /**
   * @param decoder the file's {@code decoder}; null or JSON null if it has none, when tokens are
   *     joined by spaces
   */
  static DecoderShape of(@Nullable JsonElement decoder) {
    List<JsonObject> steps = new ArrayList<>();
    flatten(decoder, steps);
    boolean incremental = true;
    boolean byteFallback = false;
    boolean joined = false;
    for (JsonObject step : steps) {
      switch (type(step)) {
        case "Metaspace", "Strip" -> {}
        case "WordPiece", "BPEDecoder", "CTC" -> incremental &= !joined;
        case "Replace" -> incremental &= !joined || replacesOneCharacter(step);
        case "ByteFallback" -> {
          incremental &= !joined;
          byteFallback = true;
        }
        case "ByteLevel" -> {
          incremental &= !joined;
          joined = true;
        }
        case "Fuse" -> joined = true;
        default -> incremental = false;
      }
    }
    return new DecoderShape(incremental, byteFallback);
  }

  private static void flatten(@Nullable JsonElement decoder, List<JsonObject> steps) {
    if (decoder == null || decoder.isJsonNull()) {
      return;
    }
    JsonObject step = decoder.getAsJsonObject();
    if (type(step).equals("Sequence") && step.has("decoders")) {
      step.getAsJsonArray("decoders").forEach(each -> flatten(each, steps));
    } else {
      steps.add(step);
    }
  }

  private static String type(JsonObject step) {
    return step.has("type") ? step.get("type").getAsString() : "";
  }

  /** U+FFFD aside: it may stand for a character whose remaining bytes have yet to come. */
  private static boolean replacesOneCharacter(JsonObject replace) {
    if (!(replace.get("pattern") instanceof JsonObject pattern) || !pattern.has("String")) {
      return false;
    }
    String text = pattern.get("String").getAsString();
    return text.codePointCount(0, text.length()) == 1 && !text.equals("\uFFFD");
  }
}
