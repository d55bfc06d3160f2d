package io.l2s.tokenizer;

import io.l2s.EngineException;
import io.l2s.ModelLoadException;
import java.nio.file.Path;
import java.util.List;

/**
 * Turns text into token ids and back with a checkpoint's {@code tokenizer.json}.
 *
 * <p>It gives the ids and texts of Hugging Face's tokenizers library, in Java. It never truncates
 * or pads, even if the file asks for it. It reads lone surrogates as U+FFFD and any other text as
 * it is. Its time is about linear in the text, so callers bound its length first.
 *
 * <p>Thread-safe. A text that the file has no token for, or that its steps would make far longer or
 * take too long for, is refused with an {@link UnreadableTextException}; ids whose text would be so
 * with an {@link EngineException}.
 */
public final class Tokenizer {

  private final Path path;
  private final TokenizerFile file;
  private final List<String> warnings;

  private Tokenizer(Path path, TokenizerFile file) {
    this.path = path;
    this.file = file;
    this.warnings = TokenizerProbe.run(path, file.steps());
  }

  /**
   * Loads a {@code tokenizer.json}.
   *
   * @throws ModelLoadException if the file is missing, unreadable or malformed, or asks for
   *     something that l2s does not do: it takes BPE (byte-level or with byte fallback), Unigram
   *     and WordLevel
   */
  public static Tokenizer load(Path tokenizerJson) {
    return new Tokenizer(tokenizerJson, TokenizerFile.read(tokenizerJson));
  }

  /** The ids of {@code text} with the special tokens that the file's post-processor adds. */
  public int[] encode(String text) {
    return encode(text, true);
  }

  /**
   * The ids of {@code text} without added special tokens; special tokens spelled out in it are
   * still recognized.
   */
  public int[] encodeWithoutSpecialTokens(String text) {
    return encode(text, false);
  }

  /** The ids of each text as from {@link #encode(String)}, in order, on all free cores. */
  public List<int[]> encodeAll(List<String> texts) {
    return encodeAll(texts, true);
  }

  /**
   * The ids of each text as from {@link #encodeWithoutSpecialTokens}, in order, on all free cores.
   */
  public List<int[]> encodeAllWithoutSpecialTokens(List<String> texts) {
    return encodeAll(texts, false);
  }

  private List<int[]> encodeAll(List<String> texts, boolean specialTokens) {
    return texts.parallelStream().map(text -> encode(text, specialTokens)).toList();
  }

  /**
   * The text of {@code ids} without special tokens. Ids without a token, such as padding rows of an
   * embedding table, have no text.
   */
  public String decode(int... ids) {
    return decode(ids, true);
  }

  /** The text of {@code ids} in which special tokens are spelled out. */
  public String decodeWithSpecialTokens(int... ids) {
    return decode(ids, false);
  }

  /** {@link #decode(int...)} of a list. */
  public String decode(List<Integer> ids) {
    return decode(ids.stream().mapToInt(Integer::intValue).toArray());
  }

  /**
   * The end of {@link #decode(List)}: the text of the last id and at least {@code characters}
   * characters before it, or the whole text. Its cost does not grow with the number of ids, unless
   * the file's decoder may rewrite earlier text.
   */
  public String decodeEnd(List<Integer> ids, int characters) {
    return new TextEnd(this, ids).of(characters);
  }

  /** The largest id of any token, added tokens included; −1 for an empty vocabulary. */
  public int maxTokenId() {
    return file.maxTokenId();
  }

  /** All tokens under their ids, added tokens included. */
  public Vocabulary vocabulary() {
    return file.vocabulary();
  }

  /** Notes for users of the file, such as white space that it reads as unknown tokens. */
  public List<String> warnings() {
    return warnings;
  }

  TokenizerFile file() {
    return file;
  }

  private int[] encode(String text, boolean specialTokens) {
    String sanitized = Surrogates.replaced(text);
    try {
      return file.steps().encode(sanitized, specialTokens);
    } catch (InvalidTokenizerException | NoTokenException e) {
      throw new UnreadableTextException("the tokenizer of " + path, e);
    }
  }

  private String decode(int[] ids, boolean skipSpecialTokens) {
    try {
      return file.steps().decode(ids, skipSpecialTokens);
    } catch (InvalidTokenizerException e) {
      throw new EngineException("the tokenizer of " + path + " failed: " + e.getMessage(), e);
    }
  }
}
