package io.l2s.training;

import io.l2s.ModelLoadException;
import io.l2s.PromptTokenizer;
import io.l2s.checkpoint.CheckpointFiles;
import io.l2s.tokenizer.Tokenizer;
import io.l2s.tokenizer.Tokenizers;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tokenizers of a training.
 *
 * @param prompts the LLM's, or the SLM's where that is trained alone
 * @param targets the SLM's
 * @param promptTokenizer whose token ids the prompt has at the SLM's input
 * @param targetStart the ids before every target: what the tokenizer of an encoder-decoder puts
 *     before a text, as in transformers' labels, or the id that the model's settings force there
 * @param endOfSequence the id behind every target, from which a model learns to end its answers;
 *     the model's settings name it, since a tokenizer may put it behind prompts or nowhere
 * @param promptFile the file of {@code prompts}
 * @param targetFile the file of {@code targets}
 */
record TrainingTokenizers(
    Tokenizer prompts,
    Tokenizer targets,
    PromptTokenizer promptTokenizer,
    List<Integer> targetStart,
    int endOfSequence,
    Path promptFile,
    Path targetFile) {

  /**
   * How a model's answers begin and end.
   *
   * @param continuePrompt whether they stand in one sequence with their prompt
   * @param forcedFirst the id that the model's settings force to the beginning
   * @param eosTokenIds the ids that end them, at least one; targets end in the first
   */
  record Answers(boolean continuePrompt, OptionalInt forcedFirst, List<Integer> eosTokenIds) {

    /** The ids before every target. */
    List<Integer> start(Tokenizer tokenizer) {
      if (continuePrompt) {
        return List.of();
      }
      List<Integer> all = ids(tokenizer.encode(TEXT));
      int at = Collections.indexOfSubList(all, ids(tokenizer.encodeWithoutSpecialTokens(TEXT)));
      return at > 0 ? all.subList(0, at) : forcedFirst.stream().boxed().toList();
    }

    private static List<Integer> ids(int... ids) {
      return Arrays.stream(ids).boxed().toList();
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(TrainingTokenizers.class);
  private static final String TEXT = "a";

  /**
   * Loads them.
   *
   * @param targetFile the SLM's tokenizer
   * @param answers how the SLM's answers begin and end
   * @throws ModelLoadException if one cannot be read, or if the SLM's is to embed the LLM's ids and
   *     has another vocabulary
   */
  static TrainingTokenizers load(TrainingRequest request, Path targetFile, Answers answers) {
    Tokenizers tokenizers = new Tokenizers();
    Tokenizer targets = tokenizer(tokenizers, targetFile);
    List<Integer> start = answers.start(targets);
    int end = answers.eosTokenIds().get(0);
    if (request.conditioning().isEmpty()) {
      return new TrainingTokenizers(
          targets, targets, PromptTokenizer.SLM, start, end, targetFile, targetFile);
    }
    LlmConditioning conditioning = request.conditioning().get();
    Path promptFile = conditioning.llm().resolve(CheckpointFiles.TOKENIZER);
    Tokenizer prompts = tokenizer(tokenizers, promptFile);
    boolean oneVocabulary = tokenizers.haveOneVocabulary(promptFile, targetFile);
    Optional<PromptTokenizer> wanted = conditioning.promptTokenizer();
    if (!oneVocabulary && wanted.equals(Optional.of(PromptTokenizer.SLM))) {
      throw new ModelLoadException(
          targetFile,
          "differs from the LLM's "
              + promptFile
              + " in tokens or ids, but promptTokenizer slm needs one vocabulary; take llm, or"
              + " leave promptTokenizer out",
          "promptTokenizer");
    }
    return new TrainingTokenizers(
        prompts,
        targets,
        wanted.orElse(oneVocabulary ? PromptTokenizer.SLM : PromptTokenizer.LLM),
        start,
        end,
        promptFile,
        targetFile);
  }

  private static Tokenizer tokenizer(Tokenizers tokenizers, Path file) {
    Tokenizer tokenizer = tokenizers.load(file);
    tokenizer.warnings().forEach(warning -> LOG.warn("{} {}", file, warning));
    return tokenizer;
  }
}
