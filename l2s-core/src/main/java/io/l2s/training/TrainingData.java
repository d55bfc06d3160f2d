package io.l2s.training;

import io.l2s.InvalidSettingException;
import io.l2s.PromptTemplate;
import io.l2s.evaluation.PairFormat;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The files that a training learns from.
 *
 * @param files training pairs, at least one file
 * @param validation validation pairs
 * @param format where source and target stand in files of JSON objects
 * @param promptTemplate by which {@link #prompt} makes prompts; empty: the bare source
 * @param maxLength longest prompt and longest target in tokens, at least 1
 * @param longRows what becomes of longer rows
 */
public record TrainingData(
    List<Part> files,
    Path validation,
    PairFormat format,
    Optional<PromptTemplate> promptTemplate,
    int maxLength,
    LongRows longRows) {

  public TrainingData {
    files = List.copyOf(files);
    if (files.isEmpty()) {
      throw new InvalidSettingException("data", "at least one file", files);
    }
    if (maxLength < 1) {
      throw new InvalidSettingException("maxLength", "at least 1", maxLength);
    }
  }

  /** The treatment of rows with more tokens than allowed. */
  public enum LongRows {
    /** They end the training before its first step. */
    REFUSE,
    /** They are left out and counted. */
    LEAVE_OUT
  }

  /**
   * A file of training pairs.
   *
   * @param weight how often an epoch sees each of its pairs on average, greater than 0, at most
   *     1000
   */
  public record Part(Path file, double weight) {

    public Part {
      if (!(weight > 0 && weight <= 1000)) {
        throw new InvalidSettingException(
            "weight of " + file, "greater than 0 and at most 1000", weight);
      }
    }
  }

  /** Pairs of one file, seen once an epoch, as they are, of at most 512 tokens. */
  public static TrainingData of(Path file, Path validation) {
    return new TrainingData(
        List.of(new Part(file, 1)),
        validation,
        PairFormat.STANDARD,
        Optional.empty(),
        512,
        LongRows.REFUSE);
  }

  /** The prompt for {@code source} by the template; without one, {@code source} itself. */
  String prompt(String source) {
    return promptTemplate.map(template -> template.prompt(source)).orElse(source);
  }

  public TrainingData withPromptTemplate(String text) {
    return new TrainingData(
        files, validation, format, Optional.of(new PromptTemplate(text)), maxLength, longRows);
  }
}
