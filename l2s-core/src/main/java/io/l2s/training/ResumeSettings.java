package io.l2s.training;

import io.l2s.PromptTemplate;
import io.l2s.PromptTokenizer;
import io.l2s.checkpoint.Checkpoint;
import io.l2s.checkpoint.KnownDigests;
import io.l2s.evaluation.PairFormat;
import io.l2s.model.FamilyLookup;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The settings that a resumed training may not change: all that decide its weights, save length and
 * learning rate.
 */
final class ResumeSettings {

  private ResumeSettings() {}

  /** The settings of {@code request} by name; files stand as their SHA-256 digests. */
  static Map<String, String> of(
      TrainingRequest request,
      FamilyLookup families,
      SlmSource slm,
      TrainingTokenizers tokenizers,
      KnownDigests digests) {
    TrainingOptions options = request.options();
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("llm", request.llm().map(llm -> weights(llm, digests)).orElse("none"));
    request.conditioning().ifPresent(conditioning -> addTo(settings, families, conditioning));
    if (request.conditioning().filter(LlmConditioning::keepsSlm).isPresent()) {
      // The state does not hold what does not change.
      settings.put("frozenSlmWeights", weights(request.slm(), digests));
    }
    settings.put("compute", request.resolvedCompute().toString());
    settings.put("slmConfig", digests.knownSha256(slm.config().file()));
    addTo(settings, tokenizers, digests);
    for (TrainingData.Part part : request.data().files()) {
      settings.merge(
          "data",
          digests.knownSha256(part.file()) + " x " + part.weight(),
          (one, two) -> one + " " + two);
    }
    settings.put("validation", digests.knownSha256(request.data().validation()));
    PairFormat format = request.data().format();
    settings.put("fields", String.join(",", format.sourceFields()) + " " + format.targetField());
    settings.put(
        "promptTemplate", request.data().promptTemplate().map(PromptTemplate::text).orElse("none"));
    settings.put("maxLength", Integer.toString(request.data().maxLength()));
    settings.put("batchSize", Integer.toString(options.batchSize()));
    settings.put(
        "batchTokens",
        options.batchTokens().isPresent()
            ? Integer.toString(options.batchTokens().getAsInt())
            : "none");
    settings.put("accumulation", Integer.toString(options.accumulation()));
    settings.put("decay", options.decay().toString());
    settings.put("dropout", Double.toString(options.dropout()));
    settings.put("seed", Long.toString(options.seed()));
    settings.put("scaleByRms", Boolean.toString(options.scaleByRms()));
    settings.put("warmUp", Double.toString(options.warmUp()));
    settings.put("labelSmoothing", Double.toString(options.labelSmoothing()));
    settings.put("clip", Double.toString(options.clip()));
    settings.put("weightDecay", Double.toString(options.weightDecay()));
    settings.put("beta1", Double.toString(options.beta1()));
    settings.put("beta2", Double.toString(options.beta2()));
    settings.put("epsilon", Double.toString(options.epsilon()));
    return settings;
  }

  private static void addTo(
      Map<String, String> settings, FamilyLookup families, LlmConditioning conditioning) {
    settings.put("featureLayer", Integer.toString(conditioning.resolvedLayer(families)));
    settings.put("llmPrecision", conditioning.resolvedPrecision().toString());
    settings.put("projector", conditioning.projector().toString());
    settings.put("hidden", Integer.toString(conditioning.hidden()));
    settings.put("fusion", conditioning.fusion().toString());
    settings.put("frozenSlm", Boolean.toString(conditioning.keepsSlm()));
  }

  // Only differences from a training of one tokenizer count, so that old states resume.
  private static void addTo(
      Map<String, String> settings, TrainingTokenizers tokenizers, KnownDigests digests) {
    String targets = digests.knownSha256(tokenizers.targetFile());
    String prompts = digests.knownSha256(tokenizers.promptFile());
    settings.put("tokenizer", targets);
    if (!prompts.equals(targets)) {
      settings.put("llmTokenizer", prompts);
    }
    if (tokenizers.promptTokenizer() == PromptTokenizer.LLM) {
      settings.put("promptTokenizer", tokenizers.promptTokenizer().toString());
    }
  }

  private static String weights(Path directory, KnownDigests digests) {
    return Checkpoint.open(directory).tensorFiles().stream()
        .sorted()
        .map(digests::knownSha256)
        .collect(Collectors.joining(" "));
  }
}
