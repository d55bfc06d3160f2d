package io.l2s.assembly;

import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.KnownDigests;
import io.l2s.tokenizer.Tokenizers;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The checkpoints of one model, each opened once for all that follows: the comparison with the
 * memory, loading, the tokenizers, the description. Not thread-safe.
 */
public final class ModelParts {

  private final ModelFiles files;
  private final Checkpoint llm;
  private final Optional<Checkpoint> slm;
  private final Optional<Checkpoint> slmAlone;
  private final KnownDigests digests;
  private final Tokenizers tokenizers = new Tokenizers();

  private ModelParts(
      ModelFiles files,
      Checkpoint llm,
      Optional<Checkpoint> slm,
      Optional<Checkpoint> slmAlone,
      KnownDigests digests) {
    this.files = files;
    this.llm = llm;
    this.slm = slm;
    this.slmAlone = slmAlone;
    this.digests = digests;
  }

  /**
   * Opens the checkpoints of {@code files}; reads no weights.
   *
   * @param digests those that were taken when the bundle was opened
   * @throws io.l2s.ModelLoadException with every problem of the first checkpoint that is unfit, or
   *     naming a file that has changed since its digest was taken
   */
  public static ModelParts open(ModelFiles files, KnownDigests digests) {
    return new ModelParts(
        files,
        Checkpoint.open(files.llm(), digests),
        files.slm().map(directory -> Checkpoint.open(directory, digests)),
        files.slmAlone().map(directory -> Checkpoint.open(directory, digests)),
        digests);
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

  /**
   * Makes sure, when all files of the model have been read, that they are those whose digests were
   * compared when the bundle was opened.
   *
   * @throws io.l2s.ModelLoadException naming a file that has changed since
   */
  public void requireUnchanged() {
    Stream.of(Optional.of(files.llm()), files.slm(), files.projector(), files.slmAlone())
        .flatMap(Optional::stream)
        .forEach(digests::requireUnchanged);
  }

  Tokenizers tokenizers() {
    return tokenizers;
  }
}
