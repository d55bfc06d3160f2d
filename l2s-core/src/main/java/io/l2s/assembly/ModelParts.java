package io.l2s.assembly;

import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.KnownDigests;
import io.l2s.tokenizer.Tokenizers;
import java.util.Optional;

/**
 * The checkpoints of one model, each opened once for all that follows: the comparison with the
 * memory, loading, the tokenizers, the description. Not thread-safe.
 */
public final class ModelParts {

  private final ModelFiles files;
  private final Checkpoint llm;
  private final Optional<Checkpoint> slm;
  private final Optional<Checkpoint> slmAlone;
  private final Tokenizers tokenizers = new Tokenizers();

  private ModelParts(
      ModelFiles files, Checkpoint llm, Optional<Checkpoint> slm, Optional<Checkpoint> slmAlone) {
    this.files = files;
    this.llm = llm;
    this.slm = slm;
    this.slmAlone = slmAlone;
  }

  /**
   * Opens the checkpoints of {@code files}; reads no weights.
   *
   * @param digests those that were taken when the bundle was opened
   * @throws io.l2s.ModelLoadException with every problem of the first checkpoint that is unfit
   */
  public static ModelParts open(ModelFiles files, KnownDigests digests) {
    return new ModelParts(
        files,
        Checkpoint.open(files.llm(), digests),
        files.slm().map(directory -> Checkpoint.open(directory, digests)),
        files.slmAlone().map(directory -> Checkpoint.open(directory, digests)));
  }

  /** Where the parts lie, and how they meet. */
  public ModelFiles files() {
    return files;
  }

  public Checkpoint llm() {
    return llm;
  }

  public Optional<Checkpoint> slm() {
    return slm;
  }

  /** The model for {@code SLM_ONLY}. */
  public Optional<Checkpoint> slmAlone() {
    return slmAlone;
  }

  /** Whether there is an SLM whose tokenizer has the LLM's tokens under the same ids. */
  boolean hasOneVocabulary() {
    return slm.filter(
            small -> tokenizers.haveOneVocabulary(llm.tokenizerFile(), small.tokenizerFile()))
        .isPresent();
  }

  Tokenizers tokenizers() {
    return tokenizers;
  }
}
