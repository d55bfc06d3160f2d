package io.l2s.training;

import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.Digests;
import io.l2s.checkpoint.KnownDigests;
import io.l2s.model.FamilyLookup;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/** Identifies the stored features of one LLM and one set of prompts. */
final class FeatureKey {

  private FeatureKey() {}

  /**
   * A digest of all that decides the features, 64 characters.
   *
   * @param prompts as {@link FeatureStore#distinct} orders them
   */
  static String of(
      LlmConditioning conditioning,
      FamilyLookup families,
      List<int[]> prompts,
      KnownDigests digests) {
    MessageDigest digest = Digests.newSha256();
    digest.update(
        (conditioning.resolvedPrecision() + " " + conditioning.resolvedLayer(families))
            .getBytes(StandardCharsets.US_ASCII));
    Checkpoint llm = Checkpoint.open(conditioning.llm());
    for (Path file : llm.modelFiles().stream().sorted().toList()) {
      digest.update(digests.knownSha256(file).getBytes(StandardCharsets.US_ASCII));
    }
    for (int[] prompt : prompts) {
      ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * (prompt.length + 1));
      bytes.putInt(prompt.length).asIntBuffer().put(prompt);
      digest.update(bytes.array());
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
