package io.l2s.assembly;

import io.l2s.Bundle;
import io.l2s.Fusion;
import io.l2s.PromptTemplate;
import io.l2s.PromptTokenizer;
import io.l2s.Route;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Where the parts of a model lie, and how they meet.
 *
 * @param llm the LLM's checkpoint directory
 * @param featureLayer the LLM's layer after which the prompt features are taken; empty: the last
 * @param slm the SLM's checkpoint directory
 * @param projector the projector's file
 * @param promptTokenizer whose token ids the prompt has at the SLM's input
 * @param slmAlone checkpoint directory of the model for {@code SLM_ONLY}
 * @param promptTemplate the template of the prompts with which the model was trained
 */
public record ModelFiles(
    Path llm,
    OptionalInt featureLayer,
    Optional<Path> slm,
    Optional<Path> projector,
    Fusion fusion,
    PromptTokenizer promptTokenizer,
    Optional<Path> slmAlone,
    Optional<PromptTemplate> promptTemplate) {

  /** The parts of {@code bundle}. */
  public static ModelFiles of(Bundle bundle) {
    return new ModelFiles(
        bundle.llm(),
        bundle.featureLayer(),
        Optional.of(bundle.slm()),
        Optional.of(bundle.projector()),
        bundle.fusion(),
        bundle.promptTokenizer(),
        bundle.slmAlone(),
        bundle.promptTemplate());
  }

  /** The checkpoint in {@code llm} without an SLM. */
  public static ModelFiles ofLlm(Path llm) {
    return ofCheckpoints(llm, Optional.empty());
  }

  /** Two checkpoints, or one, without a projector. */
  public static ModelFiles ofCheckpoints(Path llm, Optional<Path> slm) {
    return new ModelFiles(
        llm,
        OptionalInt.empty(),
        slm,
        Optional.empty(),
        Fusion.ADD,
        PromptTokenizer.SLM,
        Optional.empty(),
        Optional.empty());
  }

  /** Those parts that {@code routes} need. */
  public ModelFiles forRoutes(Set<Route> routes) {
    boolean conditioned = routes.contains(Route.HYBRID) || routes.contains(Route.EXACT);
    return new ModelFiles(
        llm,
        featureLayer,
        slm.filter(path -> conditioned),
        projector.filter(path -> conditioned),
        fusion,
        promptTokenizer,
        slmAlone.filter(path -> routes.contains(Route.SLM_ONLY)),
        promptTemplate);
  }
}
