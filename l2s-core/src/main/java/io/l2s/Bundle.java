package io.l2s;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A bundle directory, read from its {@code l2s.json}; all paths are resolved and normalized.
 *
 * @param directory where {@code l2s.json} lies
 * @param llm the LLM's checkpoint directory
 * @param featureLayer the LLM's encoder layer after which H is taken; empty: the last
 * @param slm the SLM's checkpoint directory
 * @param projector the projector's safetensors file
 * @param promptTokenizer whose token ids the prompt has at the SLM's input
 * @param promptTemplate by which {@link #prompt} makes prompts; empty: the bare source
 * @param slmAlone checkpoint directory of the model for {@code SLM_ONLY}
 * @param sha256 files by path as written, with their expected digests in lower-case hex
 */
public record Bundle(
    Path directory,
    Path llm,
    OptionalInt featureLayer,
    Path slm,
    Path projector,
    Fusion fusion,
    PromptTokenizer promptTokenizer,
    Optional<PromptTemplate> promptTemplate,
    Optional<Path> slmAlone,
    Map<String, String> sha256) {

  /** The file's name in a bundle directory. */
  public static final String FILE = "l2s.json";

  /** The prompt for {@code source} by the bundle's template; without one, {@code source} itself. */
  public String prompt(String source) {
    return promptTemplate.map(template -> template.prompt(source)).orElse(source);
  }

  /** The same bundle with another checkpoint directory for {@code SLM_ONLY}. */
  public Bundle withSlmAlone(Path checkpoint) {
    return new Bundle(
        directory,
        llm,
        featureLayer,
        slm,
        projector,
        fusion,
        promptTokenizer,
        promptTemplate,
        Optional.of(checkpoint.toAbsolutePath().normalize()),
        sha256);
  }
}
