package io.l2s.assembly;

import io.l2s.Fusion;
import io.l2s.PromptTokenizer;
import io.l2s.projector.ProjectorShape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;

/**
 * Checks what must fit together for a projector to lead from an LLM to an SLM.
 *
 * @param oneVocabulary whether the same tokens have the same ids in both models' tokenizers
 */
record PairFit(
    PromptTokenizer promptTokenizer, Fusion fusion, boolean oneVocabulary, Widths widths) {

  /**
   * Widths of both models and of what leads from one to the other.
   *
   * @param features of H
   * @param llmEmbeddings of the LLM's input embeddings; asked for where they are adapted
   * @param slmEmbeddings of the SLM's input embeddings
   */
  record Widths(
      int features, IntSupplier llmEmbeddings, int slmEmbeddings, ProjectorShape projector) {}

  /** Whatever does not fit of the projector and its embedding adapter. */
  List<String> projectorProblems() {
    List<String> problems = new ArrayList<>();
    checkProjector(problems);
    if (promptTokenizer == PromptTokenizer.LLM) {
      checkAdapter(problems);
    } else if (fusion == Fusion.ADD && widths.projector().adapter().isPresent()) {
      problems.add(
          "the projector's file has embedding_adapter.weight, which promptTokenizer slm does not"
              + " read; set promptTokenizer llm");
    }
    return problems;
  }

  /** Whatever does not fit of the two tokenizers. */
  List<String> tokenizerProblems() {
    if (promptTokenizer == PromptTokenizer.SLM && !oneVocabulary) {
      return List.of(
          "the tokenizer of the SLM differs from the LLM's in tokens or ids, but promptTokenizer slm"
              + " needs one vocabulary; set promptTokenizer llm, with a projector that was trained"
              + " so");
    }
    return List.of();
  }

  private void checkProjector(List<String> problems) {
    if (widths.projector().inputWidth() != widths.features()) {
      problems.add(
          "the projector takes features of width "
              + widths.projector().inputWidth()
              + ", but the LLM's have width "
              + widths.features());
    }
    if (widths.projector().outputWidth() != widths.slmEmbeddings()) {
      problems.add(
          "the projector gives vectors of width "
              + widths.projector().outputWidth()
              + ", but the SLM takes width "
              + widths.slmEmbeddings());
    }
  }

  private void checkAdapter(List<String> problems) {
    ProjectorShape.Adapter adapter = widths.projector().adapter().orElse(null);
    if (adapter == null) {
      if (fusion == Fusion.ADD) {
        problems.add(
            "promptTokenizer llm with fusion add needs embedding_adapter.weight in the projector's"
                + " file; train the pair with promptTokenizer llm, or use fusion replace");
      }
      return;
    }
    int llmEmbeddings = widths.llmEmbeddings().getAsInt();
    if (adapter.inputWidth() != llmEmbeddings) {
      problems.add(
          "embedding_adapter.weight takes embeddings of width "
              + adapter.inputWidth()
              + ", but the LLM's have width "
              + llmEmbeddings);
    }
    if (adapter.outputWidth() != widths.slmEmbeddings()) {
      problems.add(
          "embedding_adapter.weight gives vectors of width "
              + adapter.outputWidth()
              + ", but the SLM takes width "
              + widths.slmEmbeddings());
    }
  }
}
