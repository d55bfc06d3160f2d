package io.l2s.training;

import io.l2s.ModelLoadException;
import io.l2s.PromptTokenizer;
import io.l2s.engine.OwnedParts;
import io.l2s.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The tokenizers of a training.
 *
 * @param prompts the LLM's, or the SLM's where that is trained alone
 * @param targets the SLM's
 * @param promptTokenizer whose token ids the prompt has at the SLM's input
 * @param endOfSequence the id behind every target, from which a model learns to end its answers;
 *     the model's settings name it, since a tokenizer may put it behind prompts or nowhere
 * @param promptFile the file of {@code prompts}
 * @param targetFile the file of {@code targets}
 */
record TrainingTokenizers(
    Tokenizer prompts,
    Tokenizer targets,
    PromptTokenizer promptTokenizer,
    int endOfSequence,
    Path promptFile,
    Path targetFile) {

  /**
   * Loads them.
   *
   * @param targetFile the SLM's tokenizer
   * @param eosTokenIds the ids that end the SLM's answers, at least one; targets end in the first
   * @param owner closes them
   * @throws ModelLoadException if one cannot be read, or if the SLM's is to embed the LLM's ids and
   *     has another vocabulary
   */
  static TrainingTokenizers load(
      TrainingRequest request, Path targetFile, List<Integer> eosTokenIds, OwnedParts owner) {
    Tokenizer targets = owner.add(Tokenizer.load(targetFile));
    int end = eosTokenIds.get(0);
    if (request.conditioning().isEmpty()) {
      return new TrainingTokenizers(
          targets, targets, PromptTokenizer.SLM, end, targetFile, targetFile);
    }
    LlmConditioning conditioning = request.conditioning().get();
    Path promptFile = conditioning.llm().resolve("tokenizer.json");
    Tokenizer prompts = owner.add(Tokenizer.load(promptFile));
    boolean oneVocabulary = prompts.vocabulary().equals(targets.vocabulary());
    Optional<PromptTokenizer> wanted = conditioning.promptTokenizer();
    if (!oneVocabulary && wanted.equals(Optional.of(PromptTokenizer.SLM))) {
      throw new ModelLoadException(
          targetFile,
          "differs from the LLM's "
              + promptFile
              + " in tokens or ids, but promptTokenizer slm needs one vocabulary; take llm, or leave"
              + " promptTokenizer out",
          "promptTokenizer");
    }
    return new TrainingTokenizers(
        prompts,
        targets,
        wanted.orElse(oneVocabulary ? PromptTokenizer.SLM : PromptTokenizer.LLM),
        end,
        promptFile,
        targetFile);
  }
}
