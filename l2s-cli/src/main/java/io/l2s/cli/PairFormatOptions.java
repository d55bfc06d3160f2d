package io.l2s.cli;

import io.l2s.evaluation.PairFormat;
import java.util.List;
import picocli.CommandLine.Option;

/** Which fields of JSONL files hold source and target. */
final class PairFormatOptions {

  @Option(
      names = "--source-field",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "source",
      description =
          "Field of the source in .jsonl files; several, with commas between, are joined by a space;"
              + " source if not given.")
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
