package io.l2s.cli;

import io.l2s.PromptTemplate;
import io.l2s.ServingOptions;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.evaluation.PairFile;
import io.l2s.evaluation.PairFormat;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.IntStream;

/**
 * The distinct sources of a corpus, in the order first seen, with the template of their prompts.
 *
 * @param leftOut sources that were left out because their prompts are too long
 */
record LabelCorpus(
    Path data, PromptTemplate template, List<LabelFile.Source> sources, int leftOut) {

  /**
   * Reads the first {@code limit} distinct sources.
   *
   * @throws io.l2s.DataFileException as {@link PairFile#sources} does
   */
  static LabelCorpus read(Path data, PairFormat format, long limit, PromptTemplate template) {
    List<String> rows = PairFile.sources(data, format);
    Map<String, Long> lines = new LinkedHashMap<>();
    for (int i = 0; i < rows.size(); i++) {
      lines.putIfAbsent(rows.get(i), i + 1L);
    }
    List<LabelFile.Source> sources =
        lines.entrySet().stream()
            .limit(limit)
            .map(entry -> new LabelFile.Source(entry.getValue(), entry.getKey()))
            .toList();
    return new LabelCorpus(data, template, sources, 0);
  }

  /**
   * The corpus without the sources whose prompts are too long.
   *
   * @param llm checkpoint whose tokenizer counts
   * @throws CommandFailure naming the first too long prompt, unless such sources may be left out,
   *     and if no source is left
   */
  LabelCorpus within(PromptLimit limit, Checkpoint llm, boolean leaveOutLong) {
    List<Prompt> prompts = prompts(0);
    SortedMap<Integer, String> tooLong = limit.tooLong(prompts, llm);
    if (!tooLong.isEmpty() && !leaveOutLong) {
      throw PromptLimit.failure(
          prompts,
          tooLong,
          "shorten or remove the row, or leave such rows out with --leave-out-long"
              + (limit.tokens() < ServingOptions.STANDARD.maxPromptTokens()
                  ? "; fewer --num-beams or a larger --batch-size allow longer ones"
                  : ""));
    }
    if (tooLong.size() == sources.size()) {
      throw new CommandFailure(
          data + ": no source is left, as every prompt is too long; " + tooLong.get(0));
    }
    List<LabelFile.Source> kept =
        IntStream.range(0, sources.size())
            .filter(index -> !tooLong.containsKey(index))
            .mapToObj(sources::get)
            .toList();
    return new LabelCorpus(data, template, kept, tooLong.size());
  }

  /** The prompts of all sources from the one with index {@code from} on. */
  List<Prompt> prompts(int from) {
    return sources.subList(from, sources.size()).stream()
        .map(source -> new Prompt(data + ", line " + source.line(), template.prompt(source.text())))
        .toList();
  }
}
