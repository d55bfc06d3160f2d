package io.l2s.assembly;

import io.l2s.model.LlmEncoder;
import io.l2s.model.SlmDecoder;
import io.l2s.projector.Projector;
import java.util.Optional;

/** Gives the running components of one model. Each is asked for once, in this order. */
public interface ComponentSource {

  /**
   * A projector and the SLM that it leads to.
   *
   * @param projector leads from the LLM's features to the SLM's embeddings
   */
  record Pair(Projector projector, SlmDecoder slm) {}

  /** Projector and SLM; without them only {@code LLM_ONLY} is there. */
  Optional<Pair> pair();

  /** The separately trained small model for {@code SLM_ONLY}. */
  Optional<SlmDecoder> slmAlone();

  /** The LLM. */
  LlmEncoder llm();
}
