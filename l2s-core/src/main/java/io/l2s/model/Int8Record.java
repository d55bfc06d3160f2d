package io.l2s.model;

import com.google.gson.JsonObject;
import io.l2s.ModelLoadException;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.CheckpointFiles;
import io.l2s.checkpoint.JsonFields;
import io.l2s.checkpoint.ModelFile;
import io.l2s.checkpoint.StrictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loss by int8 that was measured once, stored beside the weights in {@link
 * CheckpointFiles#INT8_RECORD} with the digests of the files that it was measured on. A model with
 * a record within {@link Int8Comparison#BOUND} loads without a comparison. Immutable.
 *
 * @param largestLoss of all groups of products, with inputs of 7 bits, which lose more than those
 *     of 8 bits on processors with VNNI
 * @param sha256 digests of the weights and {@code config.json} by file name
 */
record Int8Record(double largestLoss, Map<String, String> sha256) {

  /** Digests of larger files take longer than the comparison that they spare. */
  static final long MOST_BYTES = 512L << 20;

  private static final int FORMAT = 1;
  private static final String FORMAT_FIELD = "format";
  private static final String LARGEST_LOSS = "largestLoss";
  private static final String SHA256 = "sha256";

  private static final Logger LOG = LoggerFactory.getLogger(Int8Record.class);

  /**
   * The record beside {@code checkpoint}'s weights; empty where there is none or it was made for
   * other files, which a warning names.
   *
   * @throws ModelLoadException if the file is no record
   */
  static Optional<Int8Record> find(Checkpoint checkpoint) {
    Optional<Int8Record> record = read(checkpoint);
    if (record.isPresent() && !record.get().sha256.equals(digests(checkpoint))) {
      LOG.warn(
          "{} was made for other files and is ignored, so int8 is compared; record it anew",
          file(checkpoint));
      return Optional.empty();
    }
    return record;
  }

  /**
   * The record beside {@code checkpoint}'s weights, whatever files it was made for.
   *
   * @throws ModelLoadException if the file is no record
   */
  static Optional<Int8Record> read(Checkpoint checkpoint) {
    Path file = file(checkpoint);
    if (Files.notExists(file)) {
      return Optional.empty();
    }
    JsonFields fields = new JsonFields(file, StrictJson.read(file), "");
    fields.requiredInt(FORMAT_FIELD, FORMAT, FORMAT);
    return Optional.of(
        new Int8Record(
            fields.requiredDouble(LARGEST_LOSS, 0, Double.MAX_VALUE), fields.texts(SHA256)));
  }

  private static Path file(Checkpoint checkpoint) {
    return checkpoint.directory().resolve(CheckpointFiles.INT8_RECORD);
  }

  /**
   * Requires that a record of {@code checkpoint} pays.
   *
   * @throws ModelLoadException if its files are so large that their digests take longer
   */
  static void requireWorthwhile(Checkpoint checkpoint) {
    long bytes = checkpoint.modelFiles().stream().mapToLong(file -> file.toFile().length()).sum();
    if (bytes > MOST_BYTES) {
      throw new ModelLoadException(
          checkpoint.directory(),
          String.format(
              Locale.ROOT,
              "has %,d bytes, but a record of int8 pays up to %,d bytes: digests of more take"
                  + " longer than the comparison",
              bytes,
              MOST_BYTES));
    }
  }

  /** The record of a comparison with inputs of 7 bits. */
  static Int8Record of(Checkpoint checkpoint, Int8Comparison comparison) {
    return new Int8Record(comparison.largestLoss(), digests(checkpoint));
  }

  /** Whether no product must be kept out of int8. */
  boolean fits() {
    return largestLoss <= Int8Comparison.BOUND;
  }

  void write(Path directory) throws IOException {
    JsonObject json = new JsonObject();
    json.addProperty(FORMAT_FIELD, FORMAT);
    json.addProperty(LARGEST_LOSS, largestLoss);
    JsonObject digests = new JsonObject();
    sha256.forEach(digests::addProperty);
    json.add(SHA256, digests);
    Path file = directory.resolve(CheckpointFiles.INT8_RECORD);
    ModelFile.requireRegularIfThere(file);
    Files.writeString(file, StrictJson.print(json));
  }

  private static Map<String, String> digests(Checkpoint checkpoint) {
    Map<String, String> digests = new TreeMap<>();
    checkpoint
        .modelFiles()
        .forEach(file -> digests.put(file.getFileName().toString(), checkpoint.sha256(file)));
    return digests;
  }
}
