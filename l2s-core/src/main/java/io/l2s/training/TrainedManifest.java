package io.l2s.training;

import com.google.gson.JsonObject;
import io.l2s.PromptTokenizer;
import io.l2s.checkpoint.BundleManifest;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.KnownDigests;
import io.l2s.checkpoint.StrictJson;
import io.l2s.projector.ProjectorKind;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The {@code l2s.json} of a pair that is trained. */
final class TrainedManifest {

  private final TrainingRequest request;
  private final LlmConditioning conditioning;
  private final PromptTokenizer promptTokenizer;
  private final Path llmPlace;
  // Another LLM of the same shape would fit and answer nonsense.
  private final Map<String, String> llm = new LinkedHashMap<>();

  /**
   * Takes the digests of the LLM's files as they are now.
   *
   * @param request with an LLM
   */
  TrainedManifest(TrainingRequest request, PromptTokenizer promptTokenizer, KnownDigests digests) {
    this.request = request;
    this.conditioning = request.conditioning().orElseThrow();
    this.promptTokenizer = promptTokenizer;
    this.llmPlace = conditioning.copied() ? LlmCopy.place(request) : conditioning.llm();
    Checkpoint.open(conditioning.llm())
        .files()
        .forEach(
            file ->
                llm.put(relative(llmPlace.resolve(file.getFileName())), digests.knownSha256(file)));
  }

  /**
   * The manifest of a model.
   *
   * @param directory where {@code files}, the bundle's own, lie now
   * @param prefix what leads from the bundle to where they will lie
   * @param best how good the model is
   * @param slmAlone a model for comparison that the user named in the bundle
   */
  String of(
      Path directory,
      List<Path> files,
      String prefix,
      TrainingState best,
      Optional<String> slmAlone) {
    JsonObject json = new JsonObject();
    json.addProperty(BundleManifest.FORMAT_FIELD, BundleManifest.FORMAT);
    json.addProperty(BundleManifest.LLM, relative(llmPlace));
    conditioning
        .featureLayer()
        .ifPresent(layer -> json.addProperty(BundleManifest.FEATURE_LAYER, layer));
    json.addProperty(BundleManifest.SLM, prefix + "slm");
    json.addProperty(BundleManifest.PROJECTOR, prefix + BundleManifest.PROJECTOR_FILE);
    json.addProperty(BundleManifest.FUSION, BundleManifest.value(conditioning.fusion()));
    json.addProperty(BundleManifest.PROMPT_TOKENIZER, BundleManifest.value(promptTokenizer));
    slmAlone.ifPresent(path -> json.addProperty(BundleManifest.SLM_ALONE, path));
    request
        .data()
        .promptTemplate()
        .ifPresent(template -> json.addProperty(BundleManifest.PROMPT_TEMPLATE, template.text()));
    json.add(BundleManifest.TRAINING, facts(best));
    JsonObject digests = BundleManifest.digests(directory, files, prefix);
    llm.forEach(digests::addProperty);
    json.add(BundleManifest.SHA256, digests);
    return StrictJson.print(json);
  }

  private JsonObject facts(TrainingState best) {
    TrainingOptions options = request.options();
    JsonObject facts = new JsonObject();
    facts.addProperty(
        "data",
        request.data().files().stream()
            .map(
                part ->
                    part.file().getFileName() + (part.weight() == 1 ? "" : " x " + part.weight()))
            .collect(Collectors.joining(", ")));
    facts.addProperty("projector", BundleManifest.value(conditioning.projector()));
    if (conditioning.projector() == ProjectorKind.MLP) {
      facts.addProperty("hidden", conditioning.hidden());
    }
    facts.addProperty("frozenSlm", conditioning.keepsSlm());
    options.duration().ifPresent(time -> facts.addProperty("minutes", time.toSeconds() / 60.0));
    if (options.steps() > 0) {
      facts.addProperty("steps", options.steps());
    }
    facts.addProperty("batchSize", options.batchSize());
    options.batchTokens().ifPresent(most -> facts.addProperty("batchTokens", most));
    facts.addProperty("accumulation", options.accumulation());
    facts.addProperty("learningRate", options.learningRate());
    facts.addProperty("scaleByRms", options.scaleByRms());
    facts.addProperty("warmUp", options.warmUp());
    facts.addProperty("decay", BundleManifest.value(options.decay()));
    facts.addProperty("labelSmoothing", options.labelSmoothing());
    facts.addProperty("dropout", options.dropout());
    facts.addProperty("clip", options.clip());
    facts.addProperty("weightDecay", options.weightDecay());
    facts.addProperty("compute", BundleManifest.value(request.resolvedCompute()));
    facts.addProperty("seed", options.seed());
    facts.addProperty("bestStep", best.step());
    facts.addProperty("validationLoss", best.bestLoss());
    return facts;
  }

  private String relative(Path file) {
    Path from = request.output().toAbsolutePath().normalize();
    Path to = file.toAbsolutePath().normalize();
    boolean sameRoot = from.getRoot().equals(to.getRoot());
    return BundleManifest.value(sameRoot ? from.relativize(to) : to);
  }
}
