package io.l2s.assembly;

import io.l2s.Fusion;
import io.l2s.PromptTokenizer;
import io.l2s.chat.ChatTemplate;
import io.l2s.chat.ChatTemplateFile;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.hybrid.PromptFuser;
import io.l2s.model.LlmEncoder;
import io.l2s.model.SlmDecoder;
import io.l2s.projector.Projector;
import io.l2s.projector.ProjectorShape;
import io.l2s.serving.ServedComponents;
import io.l2s.serving.TextCodec;
import io.l2s.tokenizer.Tokenizer;
import io.l2s.tokenizer.Tokenizers;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks the parts of a model together and gathers everything that does not fit. */
final class ComponentCheck {

  // Warnings keep the name of the class that users call.
  private static final Logger LOG = LoggerFactory.getLogger(HybridModelBuilder.class);

  private final LlmEncoder encoder;
  private final Checkpoint llmCheckpoint;
  private final PromptTokenizer promptTokenizer;
  private final Tokenizers tokenizers;
  private final FoundProblems problems = new FoundProblems();

  private record TextSettings(Tokenizer tokenizer, TextCodec codec, Set<Integer> eosIds) {}

  ComponentCheck(
      HybridModelBuilder.Llm llm, PromptTokenizer promptTokenizer, Tokenizers tokenizers) {
    this.tokenizers = tokenizers;
    this.encoder = llm.encoder();
    this.llmCheckpoint = llm.checkpoint().get();
    this.promptTokenizer = promptTokenizer;
  }

  /**
   * The checked parts.
   *
   * @throws io.l2s.ModelLoadException with every mismatch of widths, vocabularies and tokenizers
   */
  ServedComponents components(
      Optional<HybridModelBuilder.Slm> slm, Optional<HybridModelBuilder.SlmAlone> slmAlone) {
    TextSettings text = text(llmCheckpoint);
    encoder.decoder().ifPresent(own -> checkVocabulary(llmCheckpoint, text, own.vocabularySize()));
    Optional<ServedComponents.Slm> hybrid = slm.flatMap(this::checkedSlm);
    Optional<ServedComponents.SlmAlone> alone = slmAlone.map(this::checkedSlmAlone);
    problems.requireNone();
    return new ServedComponents(
        new ServedComponents.Llm(encoder, text.codec(), text.eosIds()), hybrid, alone);
  }

  private Optional<ServedComponents.Slm> checkedSlm(HybridModelBuilder.Slm part) {
    Checkpoint slmCheckpoint = part.checkpoint().get();
    SlmDecoder decoder = part.decoder();
    Projector projector = part.projector();
    Fusion fusion = part.fusion();
    TextSettings text = text(slmCheckpoint);
    checkVocabulary(slmCheckpoint, text, decoder.vocabularySize());
    boolean oneVocabulary =
        tokenizers.haveOneVocabulary(llmCheckpoint.tokenizerFile(), slmCheckpoint.tokenizerFile());
    PairFit.Widths widths =
        new PairFit.Widths(
            encoder.width(),
            () -> encoder.embeddings().width(),
            decoder.embeddings().width(),
            ProjectorShape.of(projector));
    PairFit fit = new PairFit(promptTokenizer, fusion, oneVocabulary, widths);
    Path slmPlace = slmCheckpoint.directory();
    problems.add(slmPlace, fit.tokenizerProblems());
    // A projector that is no file goes with the SLM that it was trained with.
    problems.add(projector.file().orElse(slmPlace), fit.projectorProblems());
    if (!problems.isEmpty()) {
      return Optional.empty();
    }
    PromptFuser fuser =
        PromptFuser.of(promptTokenizer, encoder, decoder.embeddings(), projector, fusion);
    return Optional.of(new ServedComponents.Slm(fuser, decoder, text.codec(), text.eosIds()));
  }

  private ServedComponents.SlmAlone checkedSlmAlone(HybridModelBuilder.SlmAlone part) {
    Checkpoint checkpoint = part.checkpoint().get();
    TextSettings text = text(checkpoint);
    checkVocabulary(checkpoint, text, part.decoder().vocabularySize());
    return new ServedComponents.SlmAlone(part.decoder(), text.codec(), text.eosIds());
  }

  private void checkVocabulary(Checkpoint checkpoint, TextSettings text, int vocabularySize) {
    int largest = text.tokenizer().maxTokenId();
    if (largest >= vocabularySize) {
      problems.add(
          checkpoint.directory(),
          List.of(
              "tokenizer.json has ids up to "
                  + largest
                  + ", but the model's vocabulary has "
                  + vocabularySize
                  + " entries"));
    }
  }

  private TextSettings text(Checkpoint checkpoint) {
    if (!checkpoint.settingsNotFollowed().isEmpty()) {
      LOG.warn(
          "{}: {} not followed; the options of a request alone decide",
          checkpoint.generationFile(),
          String.join(", ", checkpoint.settingsNotFollowed()));
    }
    Tokenizer tokenizer = tokenizers.load(checkpoint.tokenizerFile());
    tokenizer.warnings().forEach(warning -> LOG.warn("{} {}", checkpoint.tokenizerFile(), warning));
    TextCodec codec =
        chatTemplate(checkpoint.directory())
            .map(template -> TextCodec.of(tokenizer, template))
            .orElseGet(() -> TextCodec.of(tokenizer));
    return new TextSettings(tokenizer, codec, Set.copyOf(ModelFamilies.eosTokenIds(checkpoint)));
  }

  private static Optional<ChatTemplate> chatTemplate(Path directory) {
    Optional<ChatTemplate> template = ChatTemplateFile.read(directory);
    template
        .flatMap(ChatTemplate::problem)
        .ifPresent(problem -> LOG.warn("Plain prompts work, but {}", problem.getMessage()));
    return template;
  }
}
