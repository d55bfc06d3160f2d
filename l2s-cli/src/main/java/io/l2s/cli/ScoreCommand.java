package io.l2s.cli;

import io.l2s.InvalidSettingException;
import io.l2s.evaluation.Bootstrap;
import io.l2s.evaluation.CorpusStatistics;
import io.l2s.evaluation.Metric;
import io.l2s.evaluation.TextFile;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code l2s score}: scores text files line by line. */
@Command(
    name = "score",
    description = {
      "Score a file of answers against files of references, line by line.",
      "BLEU, chrF, chrF++ and TER are computed as in sacrebleu, ROUGE as in"
          + " rouge-score, with their defaults, as percentages. Files are UTF-8 text,"
          + " compressed with gzip or not."
    },
    footer = {
      "%nExamples:",
      "  l2s score --hypotheses out.txt --references ref.txt --metrics chrf++,ter",
      "  l2s score --hypotheses out.txt.gz --references a.txt --references b.txt \\",
      "      --json",
      "  l2s score --hypotheses out.txt --references ref.txt --bootstrap 1000",
      "  l2s score --hypotheses old.txt --compare new.txt --references ref.txt"
    })
final class ScoreCommand implements Callable<Integer> {

  @Spec private CommandSpec command;

  @Option(
      names = "--hypotheses",
      paramLabel = "FILE",
      required = true,
      description = "Answers, one a line; an empty line is an empty answer.")
  private Path hypotheses;

  @Option(
      names = "--references",
      paramLabel = "FILE",
      required = true,
      description =
          "References, line by line. Repeat the option for further references of the same"
              + " lines; an empty line means that there is none.")
  private List<Path> references;

  @Option(
      names = "--metrics",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "bleu,chrf",
      description =
          "Metrics: bleu, chrf, chrf++, ter, rouge, exact; ${DEFAULT-VALUE} if not given."
              + " rouge stands for rouge1, rouge2, rougeL and rougeLsum, which know only the"
              + " letters a to z and digits; exact is the share of lines that equal a reference.")
  private List<MetricChoice> metrics;

  @Option(
      names = "--compare",
      paramLabel = "FILE",
      description =
          "Answers of another system. Adds the difference of the scores and its p-value by"
              + " paired bootstrap.")
  private @Nullable Path compared;

  private @Nullable Bootstrap bootstrap;

  @Option(names = "--json", description = "Print one JSON object instead of the table.")
  private boolean json;

  @Option(
      names = "--bootstrap",
      paramLabel = "N",
      description =
          "Add the 95 %% confidence interval of N resampled test sets; --compare takes 1000 if not "
              + "given.")
  private void setBootstrap(int samples) {
    try {
      bootstrap = new Bootstrap(samples, Bootstrap.DEFAULT.seed());
    } catch (InvalidSettingException e) {
      throw new ParameterException(command.commandLine(), e.messageFor(new OptionNames(command)));
    }
  }

  @Override
  public Integer call() {
    List<String> answers = TextFile.read(hypotheses);
    List<List<String>> expected = bySegment(references, answers.size());
    List<String> others = compared == null ? List.of() : aligned(compared, answers.size());
    Optional<Bootstrap> resampling =
        Optional.ofNullable(bootstrap)
            .or(() -> Optional.ofNullable(compared).map(file -> Bootstrap.DEFAULT));
    List<MetricScore> scores = new ArrayList<>();
    for (MetricChoice choice : new LinkedHashSet<>(metrics)) {
      for (Metric metric : choice.metrics()) {
        CorpusStatistics measured = metric.measure(answers, expected);
        if (compared != null) {
          scores.add(
              MetricScore.of(measured, metric.measure(others, expected), resampling.orElseThrow()));
        } else if (resampling.isPresent()) {
          scores.add(MetricScore.of(measured, resampling.get()));
        } else {
          scores.add(MetricScore.of(measured));
        }
      }
    }
    ScoreReport report =
        new ScoreReport(
            hypotheses.toString(),
            Optional.ofNullable(compared).map(Path::toString),
            references.stream().map(Path::toString).toList(),
            answers.size(),
            resampling,
            scores);
    PrintWriter out = command.commandLine().getOut();
    out.print(json ? report.json() + "\n" : report.table());
    out.flush();
    return 0;
  }

  // As in sacrebleu, an empty line stands for a reference that a segment does not have.
  private static List<String> given(List<String> references) {
    List<String> given = references.stream().filter(each -> !each.isEmpty()).toList();
    return given.isEmpty() ? references.subList(0, 1) : given;
  }

  /** The references of each segment: one of every file, empty where there is none. */
  private List<List<String>> bySegment(List<Path> files, int segments) {
    List<List<String>> columns = files.stream().map(file -> aligned(file, segments)).toList();
    List<List<String>> rows = new ArrayList<>(segments);
    for (int i = 0; i < segments; i++) {
      int row = i;
      rows.add(given(columns.stream().map(column -> column.get(row)).toList()));
    }
    return rows;
  }

  private List<String> aligned(Path file, int segments) {
    List<String> lines = TextFile.read(file);
    if (lines.size() != segments) {
      throw new CommandFailure(
          "%s has %d lines, but %s has %d; the lines of both must belong together"
              .formatted(hypotheses, segments, file, lines.size()));
    }
    return lines;
  }
}
