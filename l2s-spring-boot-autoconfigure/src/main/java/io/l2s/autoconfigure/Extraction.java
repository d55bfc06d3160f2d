package io.l2s.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.Resource;
import org.springframework.util.FileSystemUtils;

/**
 * Copies models out of jars, each once: into a directory that is named by a digest of their paths,
 * sizes and checksums, and that appears complete or not at all.
 *
 * @param parent the directory of all copies; it must belong to the user of this process
 */
record Extraction(Path parent) {

  private static final Logger LOG = LoggerFactory.getLogger(Extraction.class);

  /** In the JVM's directory for temporary files. */
  static Extraction temporary() {
    return new Extraction(
        Path.of(
            System.getProperty("java.io.tmpdir"), "l2s-models-" + System.getProperty("user.name")));
  }

  Path file(String name, Resource content) throws IOException {
    return directory(Map.of(name, content)).resolve(name);
  }

  /**
   * The directory with a copy of {@code files}.
   *
   * @param files contents by their paths in the directory
   */
  Path directory(Map<String, Resource> files) throws IOException {
    Files.createDirectories(parent);
    Path fresh = Files.createTempDirectory(parent, "extracting-");
    try {
      requireOwnParent(fresh);
      Map<String, Long> sizes = new TreeMap<>();
      Path target = parent.resolve(digest(files, sizes));
      if (isComplete(target, sizes)) {
        return target;
      }
      copy(files, fresh);
      if (!move(fresh, target) && !isComplete(target, sizes)) {
        FileSystemUtils.deleteRecursively(target);
        if (!move(fresh, target) && !isComplete(target, sizes)) {
          throw new IOException(
              "cannot move " + fresh + " to " + target + "; delete " + target + " and start again");
        }
      }
      LOG.info(
          "Extracted {} files, {} MB, from the class path to {}",
          files.size(),
          sizes.values().stream().mapToLong(Long::longValue).sum() / 1_000_000,
          target);
      return target;
    } finally {
      FileSystemUtils.deleteRecursively(fresh);
    }
  }

  /** Another user could otherwise put a model of their own in the place of ours. */
  private void requireOwnParent(Path fresh) throws IOException {
    if (!Files.getOwner(parent).equals(Files.getOwner(fresh))) {
      throw new IOException(
          parent
              + " belongs to "
              + Files.getOwner(parent).getName()
              + ", but must belong to the user of this process; set java.io.tmpdir to another"
              + " directory");
    }
  }

  private static boolean isComplete(Path directory, Map<String, Long> sizes) throws IOException {
    for (Map.Entry<String, Long> file : sizes.entrySet()) {
      Path path = directory.resolve(file.getKey());
      if (!Files.isRegularFile(path) || Files.size(path) != file.getValue()) {
        return false;
      }
    }
    return true;
  }

  private static void copy(Map<String, Resource> files, Path directory) throws IOException {
    for (Map.Entry<String, Resource> file : files.entrySet()) {
      Path path = directory.resolve(file.getKey()).normalize();
      if (!path.startsWith(directory)) {
        throw new IOException(file.getKey() + " would lie outside of its directory");
      }
      Files.createDirectories(path.getParent());
      try (InputStream in = file.getValue().getInputStream()) {
        Files.copy(in, path);
      }
    }
  }

  /** Whether {@code fresh} is at {@code target} now; another process may have been faster. */
  private static boolean move(Path fresh, Path target) {
    try {
      Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (IOException e) {
      LOG.debug("Cannot move {} to {}", fresh, target, e);
      return false;
    }
  }

  /**
   * @param sizes receives the size of each file
   */
  private static String digest(Map<String, Resource> files, Map<String, Long> sizes)
      throws IOException {
    StringBuilder text = new StringBuilder();
    for (Map.Entry<String, Resource> file : new TreeMap<>(files).entrySet()) {
      long size = file.getValue().contentLength();
      sizes.put(file.getKey(), size);
      text.append(file.getKey())
          .append('\0')
          .append(size)
          .append('\0')
          .append(checksum(file.getValue()))
          .append('\n');
    }
    return HexFormat.of().formatHex(sha256(text.toString())).substring(0, 32);
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** The one that the jar keeps, since reading a large model takes long. */
  private static long checksum(Resource file) throws IOException {
    URLConnection connection = file.getURL().openConnection();
    if (connection instanceof JarURLConnection jar && jar.getJarEntry().getCrc() >= 0) {
      return jar.getJarEntry().getCrc();
    }
    try (CheckedInputStream in = new CheckedInputStream(file.getInputStream(), new CRC32())) {
      in.skip(Long.MAX_VALUE);
      return in.getChecksum().getValue();
    }
  }
}
