package io.l2s.assembly;

import io.l2s.DelegatingHybridLanguageModel;
import io.l2s.Fusion;
import io.l2s.HybridLanguageModel;
import io.l2s.ModelLoadException;
import io.l2s.PromptTemplate;
import io.l2s.PromptTokenizer;
import io.l2s.ServingOptions;
import io.l2s.chat.ChatTemplate;
import io.l2s.chat.ChatTemplateFile;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.engine.NativeRuntime;
import io.l2s.hybrid.PromptFuser;
import io.l2s.model.LlmEncoder;
import io.l2s.model.SlmDecoder;
import io.l2s.projector.Projector;
import io.l2s.projector.ProjectorShape;
import io.l2s.serving.ResponsivenessListener;
import io.l2s.serving.ServedComponents;
import io.l2s.serving.ServedLanguageModel;
import io.l2s.serving.TextCodec;
import io.l2s.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts loaded components together to a served model (without circuit breaker). The components stay
 * their owner's: the model does not close them.
 */
public final class HybridModelBuilder {

  private static final Logger LOG = LoggerFactory.getLogger(HybridModelBuilder.class);

  private final NativeRuntime runtime;
  private @Nullable Llm llm;
  private Optional<Slm> slm = Optional.empty();
  private Optional<SlmAlone> slmAlone = Optional.empty();
  private PromptTokenizer promptTokenizer = PromptTokenizer.SLM;
  private Optional<PromptTemplate> promptTemplate = Optional.empty();
  private ServingOptions options = ServingOptions.STANDARD;
  private ResponsivenessListener responsiveness = ResponsivenessListener.NONE;

  private record Llm(LlmEncoder encoder, Path checkpoint) {}

  private record Slm(Projector projector, SlmDecoder decoder, Path checkpoint, Fusion fusion) {}

  private record SlmAlone(SlmDecoder decoder, Path checkpoint) {}

  public HybridModelBuilder(NativeRuntime runtime) {
    this.runtime = runtime;
  }

  /** The LLM and the directory that holds its tokenizer and generation settings; required. */
  public HybridModelBuilder llm(LlmEncoder encoder, Path checkpoint) {
    this.llm = new Llm(encoder, checkpoint);
    return this;
  }

  /** Projector, SLM and how they meet; without them only {@code LLM_ONLY} is there. */
  public HybridModelBuilder slm(
      Projector projector, SlmDecoder decoder, Path checkpoint, Fusion fusion) {
    this.slm = Optional.of(new Slm(projector, decoder, checkpoint, fusion));
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
    this.slmAlone = Optional.of(new SlmAlone(decoder, checkpoint));
    return this;
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
   * @throws ModelLoadException with every mismatch of widths, vocabularies and tokenizers
   */
  public HybridLanguageModel build() {
    Llm reader = Objects.requireNonNull(llm, "llm");
    ServedComponents components = new Check(reader).components();
    return new AssembledModel(
        new ServedLanguageModel(components, options, runtime, responsiveness), promptTemplate);
  }

  /** One look at all parts, which gathers what does not fit. */
  private final class Check {

    private final LlmEncoder encoder;
    private final Path llmCheckpoint;
    private final Tokenizers tokenizers = new Tokenizers();
    // Failures are named by the directory at fault.
    private final Map<Path, List<String>> problems = new LinkedHashMap<>();

    Check(Llm llm) {
      this.encoder = llm.encoder();
      this.llmCheckpoint = llm.checkpoint();
    }

    ServedComponents components() {
      TextSettings text = text(llmCheckpoint);
      encoder
          .decoder()
          .ifPresent(own -> checkVocabulary(llmCheckpoint, text, own.vocabularySize()));
      Optional<ServedComponents.Slm> hybrid = slm.flatMap(part -> checkedSlm(text, part));
      Optional<ServedComponents.SlmAlone> alone = slmAlone.map(this::checkedSlmAlone);
      requireNoProblems();
      return new ServedComponents(
          new ServedComponents.Llm(encoder, text.codec(), text.eosIds()), hybrid, alone);
    }

    private void requireNoProblems() {
      if (problems.isEmpty()) {
        return;
      }
      Path first = problems.keySet().iterator().next();
      List<String> all = new ArrayList<>(problems.getOrDefault(first, List.of()));
      problems.forEach(
          (directory, found) -> {
            if (!directory.equals(first)) {
              found.forEach(problem -> all.add(directory + ": " + problem));
            }
          });
      throw new ModelLoadException(first, all);
    }

    private void add(Path directory, List<String> found) {
      if (!found.isEmpty()) {
        problems.computeIfAbsent(directory, key -> new ArrayList<>()).addAll(found);
      }
    }

    private Optional<ServedComponents.Slm> checkedSlm(TextSettings llmText, Slm part) {
      Path slmCheckpoint = part.checkpoint();
      SlmDecoder decoder = part.decoder();
      Projector projector = part.projector();
      Fusion fusion = part.fusion();
      TextSettings text = text(slmCheckpoint);
      checkVocabulary(slmCheckpoint, text, decoder.vocabularySize());
      boolean oneVocabulary =
          text.tokenizer().vocabulary().equals(llmText.tokenizer().vocabulary());
      PairFit.Widths widths =
          new PairFit.Widths(
              encoder.width(),
              () -> encoder.embeddings().width(),
              decoder.embeddings().width(),
              ProjectorShape.of(projector));
      add(slmCheckpoint, new PairFit(promptTokenizer, fusion, oneVocabulary, widths).problems());
      if (!problems.isEmpty()) {
        return Optional.empty();
      }
      PromptFuser fuser =
          PromptFuser.of(promptTokenizer, encoder, decoder.embeddings(), projector, fusion);
      return Optional.of(new ServedComponents.Slm(fuser, decoder, text.codec(), text.eosIds()));
    }

    private ServedComponents.SlmAlone checkedSlmAlone(SlmAlone part) {
      TextSettings text = text(part.checkpoint());
      checkVocabulary(part.checkpoint(), text, part.decoder().vocabularySize());
      return new ServedComponents.SlmAlone(part.decoder(), text.codec(), text.eosIds());
    }

    private void checkVocabulary(Path checkpoint, TextSettings text, int vocabularySize) {
      int largest = text.tokenizer().maxTokenId();
      if (largest >= vocabularySize) {
        add(
            checkpoint,
            List.of(
                "tokenizer.json has ids up to "
                    + largest
                    + ", but the model's vocabulary has "
                    + vocabularySize
                    + " entries"));
      }
    }

    private TextSettings text(Path directory) {
      Checkpoint checkpoint = Checkpoint.open(directory);
      if (!checkpoint.settingsNotFollowed().isEmpty()) {
        LOG.warn(
            "{}: {} not followed; the options of a request alone decide",
            checkpoint.generationFile(),
            String.join(", ", checkpoint.settingsNotFollowed()));
      }
      Tokenizer tokenizer = tokenizers.load(checkpoint.tokenizerFile());
      tokenizer
          .warnings()
          .forEach(warning -> LOG.warn("{} {}", checkpoint.tokenizerFile(), warning));
      TextCodec codec =
          chatTemplate(directory)
              .map(template -> TextCodec.of(tokenizer, template))
              .orElseGet(() -> TextCodec.of(tokenizer));
      return new TextSettings(tokenizer, codec, Set.copyOf(checkpoint.eosTokenIds()));
    }

    private static Optional<ChatTemplate> chatTemplate(Path directory) {
      Optional<ChatTemplate> template = ChatTemplateFile.read(directory);
      template
          .flatMap(ChatTemplate::problem)
          .ifPresent(problem -> LOG.warn("Plain prompts work, but {}", problem.getMessage()));
      return template;
    }
  }

  private record TextSettings(Tokenizer tokenizer, TextCodec codec, Set<Integer> eosIds) {}

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
      return promptTemplate.map(template -> template.prompt(source)).orElse(source);
    }
  }
}
