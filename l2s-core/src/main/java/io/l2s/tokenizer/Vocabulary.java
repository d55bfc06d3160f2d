package io.l2s.tokenizer;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * The tokens of a tokenizer under their ids, added tokens included. Two are equal where the same
 * tokens have the same ids, so that each model can be fed the other's ids; how a text is split into
 * tokens does not count. Immutable.
 *
 * @param size number of tokens
 * @param digest SHA-256 of all tokens and ids, in lower-case hex
 */
public record Vocabulary(int size, String digest) {

  /**
   * @param ids each token's id
   */
  public static Vocabulary of(Map<String, Integer> ids) {
    MessageDigest digest = sha256();
    List<Map.Entry<String, Integer>> tokens = new ArrayList<>(ids.entrySet());
    tokens.sort(Map.Entry.comparingByKey());
    ByteBuffer numbers = ByteBuffer.allocate(8);
    for (Map.Entry<String, Integer> token : tokens) {
      byte[] text = token.getKey().getBytes(StandardCharsets.UTF_8);
      // The length marks where a token ends.
      digest.update(numbers.clear().putInt(token.getValue()).putInt(text.length).flip());
      digest.update(text);
    }
    return new Vocabulary(ids.size(), HexFormat.of().formatHex(digest.digest()));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
