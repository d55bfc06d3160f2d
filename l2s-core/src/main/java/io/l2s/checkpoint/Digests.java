package io.l2s.checkpoint;

import io.l2s.ModelLoadException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 digests of files. */
public final class Digests {

  private Digests() {}

  /**
   * The digest of {@code file} in lower-case hex.
   *
   * @throws ModelLoadException if the file cannot be read
   */
  public static String sha256(Path file) {
    try (InputStream in = Channels.newInputStream(ModelFile.open(file))) {
      MessageDigest digest = newSha256();
      byte[] buffer = new byte[1 << 16];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw ModelLoadException.unreadable(file, e);
    }
  }

  /** A digest that has seen nothing. */
  public static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
