package io.l2s.cli;

import io.l2s.evaluation.PairFormat;
import java.util.List;
import picocli.CommandLine.Option;

/** The fields of JSONL files that hold source and target. */
final class PairFormatOptions {

  @Option(
      names = "--source-field",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "source",
      description =
          "Field of the source in .jsonl files; source if not given. The texts of several"
              + " fields, separated by commas here, are joined by spaces.")
  private List<String> sourceFields;

  @Option(
      names = "--target-field",
      paramLabel = "NAME",
      defaultValue = "target",
      description = "Field of the target in .jsonl files; target if not given.")
  private String targetField;

  PairFormat format() {
    return new PairFormat(sourceFields, targetField);
  }
}
