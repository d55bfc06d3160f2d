package io.l2s.assembly;

import io.l2s.DelegatingHybridLanguageModel;
import io.l2s.Fusion;
import io.l2s.HybridLanguageModel;
import io.l2s.ModelLoadException;
import io.l2s.PromptTemplate;
import io.l2s.PromptTokenizer;
import io.l2s.ServingOptions;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.CheckpointFiles;
import io.l2s.engine.NativeRuntime;
import io.l2s.model.LlmEncoder;
import io.l2s.model.SlmDecoder;
import io.l2s.projector.Projector;
import io.l2s.serving.ResponsivenessListener;
import io.l2s.serving.ServedComponents;
import io.l2s.serving.ServedLanguageModel;
import io.l2s.tokenizer.Tokenizers;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Puts loaded components together to a served model (without circuit breaker). The components stay
 * their owner's: the model does not close them.
 */
public final class HybridModelBuilder {

  private final NativeRuntime runtime;
  // They are read while the next component loads.
  private Tokenizers tokenizers = new Tokenizers();
  private Optional<ModelParts> parts = Optional.empty();
  private @Nullable Llm llm;
  private Optional<Slm> slm = Optional.empty();
  private Optional<SlmAlone> slmAlone = Optional.empty();
  private PromptTokenizer promptTokenizer = PromptTokenizer.SLM;
  private Optional<PromptTemplate> promptTemplate = Optional.empty();
  private ServingOptions options = ServingOptions.STANDARD;
  private ResponsivenessListener responsiveness = ResponsivenessListener.NONE;

  record Llm(LlmEncoder encoder, Supplier<Checkpoint> checkpoint) {}

  record Slm(
      Projector projector, SlmDecoder decoder, Supplier<Checkpoint> checkpoint, Fusion fusion) {}

  record SlmAlone(SlmDecoder decoder, Supplier<Checkpoint> checkpoint) {}

  public HybridModelBuilder(NativeRuntime runtime) {
    this.runtime = runtime;
  }

  /**
   * All components of a model, the template of its prompts and whose token ids the prompt has. The
   * LLM is asked for last, so that problems of the small components are reported before its long
   * load.
   *
   * @param parts the files of the components
   */
  public HybridModelBuilder model(ModelParts parts, ComponentSource components) {
    this.parts = Optional.of(parts);
    tokenizers = parts.tokenizers();
    beginTokenizer(parts.llm().directory());
    parts.slm().ifPresent(checkpoint -> beginTokenizer(checkpoint.directory()));
    parts.slmAlone().ifPresent(checkpoint -> beginTokenizer(checkpoint.directory()));
    ModelFiles files = parts.files();
    promptTokenizer = files.promptTokenizer();
    promptTemplate = files.promptTemplate();
    slm =
        components
            .pair()
            .map(
                pair ->
                    new Slm(
                        pair.projector(), pair.slm(), parts.slm()::orElseThrow, files.fusion()));
    slmAlone =
        components.slmAlone().map(decoder -> new SlmAlone(decoder, parts.slmAlone()::orElseThrow));
    llm = new Llm(components.llm(), parts::llm);
    return this;
  }

  /** The LLM and the directory that holds its tokenizer and generation settings; required. */
  public HybridModelBuilder llm(LlmEncoder encoder, Path checkpoint) {
    this.llm = new Llm(encoder, () -> Checkpoint.open(checkpoint));
    beginTokenizer(checkpoint);
    return this;
  }

  /** Projector, SLM and how they meet; without them only {@code LLM_ONLY} is there. */
  public HybridModelBuilder slm(
      Projector projector, SlmDecoder decoder, Path checkpoint, Fusion fusion) {
    this.slm = Optional.of(new Slm(projector, decoder, () -> Checkpoint.open(checkpoint), fusion));
    beginTokenizer(checkpoint);
    return this;
  }

  /**
   * Chooses whose token ids the prompt has at the SLM's input; {@code SLM} unless this is called.
   *
   * @param tokenizer {@code LLM} for a pair of two vocabularies; with {@link Fusion#ADD} the
   *     projector then needs an embedding adapter
   */
  public HybridModelBuilder promptTokenizer(PromptTokenizer tokenizer) {
    this.promptTokenizer = Objects.requireNonNull(tokenizer, "promptTokenizer");
    return this;
  }

  /** A separately trained small model for {@code SLM_ONLY}. */
  public HybridModelBuilder slmAlone(SlmDecoder decoder, Path checkpoint) {
    this.slmAlone = Optional.of(new SlmAlone(decoder, () -> Checkpoint.open(checkpoint)));
    beginTokenizer(checkpoint);
    return this;
  }

  private void beginTokenizer(Path checkpoint) {
    tokenizers.begin(checkpoint.resolve(CheckpointFiles.TOKENIZER));
  }

  /** The template of the prompts with which the model was trained; none unless this is called. */
  public HybridModelBuilder promptTemplate(PromptTemplate template) {
    this.promptTemplate = Optional.of(template);
    return this;
  }

  public HybridModelBuilder options(ServingOptions options) {
    this.options = options;
    return this;
  }

  /** The listener learns when the model stops responding and when it serves again. */
  public HybridModelBuilder responsiveness(ResponsivenessListener listener) {
    this.responsiveness = listener;
    return this;
  }

  /**
   * Checks that everything fits and starts to serve.
   *
   * @throws ModelLoadException with every mismatch of widths, vocabularies and tokenizers, or
   *     naming a file of {@link #model} that has changed since its digest was compared
   */
  public HybridLanguageModel build() {
    Llm reader = Objects.requireNonNull(llm, "llm");
    ServedComponents components =
        new ComponentCheck(reader, promptTokenizer, tokenizers).components(slm, slmAlone);
    parts.ifPresent(ModelParts::requireUnchanged);
    return new AssembledModel(
        new ServedLanguageModel(components, options, runtime, responsiveness), promptTemplate);
  }

  /** The served model with its prompt template. */
  private static final class AssembledModel extends DelegatingHybridLanguageModel {

    private final Optional<PromptTemplate> promptTemplate;

    AssembledModel(HybridLanguageModel served, Optional<PromptTemplate> promptTemplate) {
      super(served);
      this.promptTemplate = promptTemplate;
    }

    @Override
    public Optional<PromptTemplate> promptTemplate() {
      return promptTemplate;
    }

    @Override
    public String promptFor(String source) {
      String plain = super.promptFor(source); // which refuses null
      return promptTemplate.map(template -> template.prompt(source)).orElse(plain);
    }
  }
}
