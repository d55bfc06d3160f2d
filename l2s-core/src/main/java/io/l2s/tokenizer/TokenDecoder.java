package io.l2s.tokenizer;

import com.google.gson.JsonElement;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Turns tokens back into text: the {@code decoder} of a {@code tokenizer.json}. */
interface TokenDecoder {

  List<String> TYPES =
      List.of(
          "BPEDecoder",
          "ByteFallback",
          "ByteLevel",
          "CTC",
          "Fuse",
          "Metaspace",
          "Replace",
          "Sequence",
          "Strip",
          "WordPiece");

  /** The texts of {@code tokens}, of which there is at least one; joined they are the answer's. */
  List<String> apply(List<String> tokens, WorkLimit limit);

  static TokenDecoder read(Path file, @Nullable JsonElement json) {
    return json == null || json.isJsonNull()
        ? (tokens, limit) -> List.of(String.join(" ", tokens))
        : read(JsonNode.of(file, "decoder", json));
  }

  private static TokenDecoder read(JsonNode node) {
    return switch (node.type()) {
      case "BPEDecoder" -> wordSuffix(node.text("suffix", Normalizers.MAX_CONTENT));
      case "ByteFallback" -> (tokens, limit) -> ByteRuns.joined(tokens);
      case "ByteLevel" -> (tokens, limit) -> List.of(byteLevel(tokens));
      case "CTC" ->
          speech(
              node.text("pad_token", Normalizers.MAX_CONTENT),
              node.text("word_delimiter_token", Normalizers.MAX_CONTENT),
              node.requiredBoolean("cleanup"));
      case "Fuse" -> (tokens, limit) -> List.of(String.join("", tokens));
      case "Metaspace" -> metaspace(Metaspace.read(node));
      case "Replace" ->
          replacing(TextPattern.read(node), node.text("content", Normalizers.MAX_CONTENT));
      case "Sequence" -> sequence(node);
      case "Strip" -> {
        int content = node.character("content");
        int start = node.requiredInt("start", 0, Integer.MAX_VALUE);
        int stop = node.requiredInt("stop", 0, Integer.MAX_VALUE);
        yield each(token -> stripped(token, content, start, stop));
      }
      case "WordPiece" ->
          wordPiece(node.text("prefix", Normalizers.MAX_CONTENT), node.requiredBoolean("cleanup"));
      default -> throw node.unknownType(TYPES);
    };
  }

  private static TokenDecoder sequence(JsonNode node) {
    List<TokenDecoder> steps =
        node.components("decoders").stream().map(TokenDecoder::read).toList();
    return (tokens, limit) -> {
      List<String> texts = tokens;
      for (TokenDecoder step : steps) {
        // A step may have left nothing.
        texts = texts.isEmpty() ? texts : step.apply(texts, limit);
        limit.check(texts.stream().mapToLong(String::length).sum());
      }
      return texts;
    };
  }

  private static TokenDecoder each(UnaryOperator<String> change) {
    return (tokens, limit) -> {
      List<String> texts = new ArrayList<>(tokens.size());
      long length = 0;
      for (String token : tokens) {
        texts.add(change.apply(token));
        length += texts.get(texts.size() - 1).length();
        limit.check(length);
      }
      return texts;
    };
  }

  private static TokenDecoder replacing(TextPattern pattern, String content) {
    return (tokens, limit) ->
        each(token -> {
              StringBuilder text = new StringBuilder(token.length());
              pattern.find(
                  token,
                  limit,
                  (start, end, match) -> {
                    text.append(match ? content : token.substring(start, end));
                    limit.check(text.length());
                  });
              return text.toString();
            })
            .apply(tokens, limit);
  }

  private static String byteLevel(List<String> tokens) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String token : tokens) {
      bytes.writeBytes(ByteCharacters.bytes(token));
    }
    return Utf8.decode(bytes.toByteArray(), bytes.size());
  }

  private static TokenDecoder metaspace(Metaspace metaspace) {
    String mark = Character.toString(metaspace.replacement());
    return (tokens, limit) -> {
      List<String> texts = new ArrayList<>(tokens.size());
      for (String token : tokens) {
        boolean dropped = texts.isEmpty() && metaspace.scheme() != Metaspace.Scheme.NEVER;
        texts.add(token.replace(mark, dropped ? "" : " "));
      }
      return texts;
    };
  }

  private static TokenDecoder wordSuffix(String suffix) {
    return (tokens, limit) -> {
      List<String> texts = new ArrayList<>(tokens.size());
      for (String token : tokens) {
        boolean last = texts.size() == tokens.size() - 1;
        texts.add(token.replace(suffix, last ? "" : " "));
      }
      return texts;
    };
  }

  private static TokenDecoder wordPiece(String prefix, boolean cleanup) {
    return (tokens, limit) -> {
      List<String> texts = new ArrayList<>(tokens.size());
      for (String token : tokens) {
        String text =
            texts.isEmpty()
                ? token
                : token.startsWith(prefix) ? token.substring(prefix.length()) : " " + token;
        texts.add(cleanup ? cleaned(text) : text);
      }
      return texts;
    };
  }

  private static TokenDecoder speech(String pad, String delimiter, boolean cleanup) {
    return (tokens, limit) -> {
      List<String> texts = new ArrayList<>(tokens.size());
      String previous = null;
      for (String token : tokens) {
        if (token.equals(previous)) {
          continue;
        }
        previous = token;
        String text = pad.isEmpty() ? token : token.replace(pad, "");
        if (cleanup) {
          text = cleaned(text).replace(delimiter, " ");
        }
        if (!text.isEmpty()) {
          texts.add(text);
        }
      }
      return texts;
    };
  }

  /** Removes up to {@code start} and {@code stop} of the character at the ends. */
  private static String stripped(String token, int content, int start, int stop) {
    int width = Character.charCount(content);
    int from = 0;
    for (int i = 0; i < start && from < token.length(); i++) {
      if (token.codePointAt(from) != content) {
        break;
      }
      from += width;
    }
    int to = token.length();
    for (int i = 0; i < stop && to > from; i++) {
      if (token.codePointBefore(to) != content) {
        break;
      }
      to -= width;
    }
    return token.substring(from, to);
  }

  /** English without the blanks that splitting put before punctuation and short forms. */
  private static String cleaned(String text) {
    return text.replace(" .", ".")
        .replace(" ?", "?")
        .replace(" !", "!")
        .replace(" ,", ",")
        .replace(" ' ", "'")
        .replace(" n't", "n't")
        .replace(" 'm", "'m")
        .replace(" do not", " don't")
        .replace(" 's", "'s")
        .replace(" 've", "'ve")
        .replace(" 're", "'re");
  }
}
