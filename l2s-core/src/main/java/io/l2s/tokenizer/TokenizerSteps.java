package io.l2s.tokenizer;

import io.l2s.tokenizer.Normalizer.Normalized;
import io.l2s.tokenizer.PreTokenizer.Piece;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Predicate;

/**
 * The way from text to ids: added tokens are cut out, the rest is normalized, split into pieces,
 * and each piece becomes tokens. Immutable and thread-safe.
 */
final class TokenizerSteps {

  private final Normalizer normalizer;
  private final PreTokenizer preTokenizer;
  private final TokenModel model;
  private final SpecialTokenFrame frame;
  private final AddedTokens literal;
  private final AddedTokens normalized;
  private final String[] texts;
  private final BitSet withoutSpecial;
  private final TokenDecoder decoder;

  /**
   * @param texts each id's token; null where an id has none
   * @param withoutSpecial ids of the tokens that are not special
   */
  TokenizerSteps(
      List<AddedToken> added,
      Normalizer normalizer,
      PreTokenizer preTokenizer,
      TokenModel model,
      SpecialTokenFrame frame,
      String[] texts,
      BitSet withoutSpecial,
      TokenDecoder decoder) {
    this.normalizer = normalizer;
    this.preTokenizer = preTokenizer;
    this.model = model;
    this.frame = frame;
    this.texts = texts.clone();
    this.withoutSpecial = withoutSpecial;
    this.decoder = decoder;
    Predicate<AddedToken> empty = token -> token.content().isEmpty();
    List<AddedToken> others =
        added.stream().filter(empty.negate()).filter(token -> !token.normalized()).toList();
    this.literal = new AddedTokens(others, others.stream().map(AddedToken::content).toList());
    this.normalized = normalized(added.stream().filter(AddedToken::normalized).toList());
  }

  /** Tokens that are looked for in normalized text, and so are normalized themselves. */
  private AddedTokens normalized(List<AddedToken> tokens) {
    List<AddedToken> kept = new ArrayList<>();
    List<String> spellings = new ArrayList<>();
    RegexBudget budget =
        new RegexBudget(tokens.stream().mapToLong(each -> each.content().length()).sum());
    for (AddedToken token : tokens) {
      String content = token.content();
      String spelling =
          normalize(content, true, WorkLimit.of("normalizer", content.length(), budget)).text();
      if (!spelling.isEmpty()) {
        kept.add(token);
        spellings.add(spelling);
        texts[token.id()] = spelling;
      }
    }
    return new AddedTokens(kept, spellings);
  }

  /**
   * @throws InvalidTokenizerException if a step exceeds its limit
   * @throws NoTokenException if a character has no token
   */
  int[] encode(String text, boolean specialTokens) {
    TokenIds ids = new TokenIds();
    if (specialTokens) {
      ids.addAll(frame.before());
    }
    RegexBudget budget = new RegexBudget(text.length());
    WorkLimit normalizing = WorkLimit.of("normalizer", text.length(), budget);
    WorkLimit splitting = WorkLimit.of("pre_tokenizer", text.length(), budget);
    literal.split(
        text,
        new AddedTokens.Parts() {
          private long length;

          @Override
          public void token(int id) {
            ids.add(id);
          }

          @Override
          public void text(int start, int end) {
            Normalized part = normalize(text.substring(start, end), start == 0, normalizing);
            length += part.text().length();
            normalizing.check(length);
            encodeNormalized(part, splitting, ids);
          }
        });
    if (specialTokens) {
      ids.addAll(frame.after());
    }
    return ids.toArray();
  }

  /**
   * The text of {@code ids}; those without a token have none.
   *
   * @throws InvalidTokenizerException if a step exceeds its limit
   */
  String decode(int[] ids, boolean skipSpecialTokens) {
    List<String> tokens = new ArrayList<>(ids.length);
    long length = 0;
    for (int id : ids) {
      if (id >= 0 && id < texts.length && (skipSpecialTokens ? withoutSpecial.get(id) : true)) {
        String token = texts[id];
        if (token != null) {
          tokens.add(token);
          length += token.length();
        }
      }
    }
    if (tokens.isEmpty()) {
      return "";
    }
    return String.join(
        "", decoder.apply(tokens, WorkLimit.of("decoder", length, new RegexBudget(length))));
  }

  /** The id that stands for characters without a token, or −1. */
  int unknownId() {
    return model.unknownId();
  }

  private Normalized normalize(String text, boolean atStart, WorkLimit limit) {
    return normalizer.apply(new Normalized(text, atStart, limit));
  }

  private void encodeNormalized(Normalized part, WorkLimit limit, TokenIds ids) {
    normalized.split(
        part.text(),
        new AddedTokens.Parts() {
          @Override
          public void token(int id) {
            ids.add(id);
          }

          @Override
          public void text(int start, int end) {
            Piece whole =
                new Piece(part.text().substring(start, end), part.atStart() && start == 0);
            for (Piece piece : preTokenizer.apply(List.of(whole), limit)) {
              model.tokenize(piece.text(), ids);
            }
          }
        });
  }
}
