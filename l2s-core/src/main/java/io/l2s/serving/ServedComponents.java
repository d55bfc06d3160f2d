package io.l2s.serving;

import io.l2s.hybrid.PromptFuser;
import io.l2s.model.LlmEncoder;
import io.l2s.model.SlmDecoder;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The components of a served model. Their owner closes them after the model.
 *
 * @param llm reads the prompt; its own decoder, if any, serves the route {@code LLM_ONLY}
 * @param slm serves the route {@code HYBRID}
 * @param slmAlone serves the route {@code SLM_ONLY}
 */
public record ServedComponents(Llm llm, Optional<Slm> slm, Optional<SlmAlone> slmAlone) {

  public ServedComponents {
    Objects.requireNonNull(llm, "llm");
    Objects.requireNonNull(slm, "slm");
    Objects.requireNonNull(slmAlone, "slmAlone");
  }

  /**
   * Whether LLM and SLM have one vocabulary, so that each can be fed the other's tokens; false
   * without an SLM.
   */
  public boolean oneVocabulary() {
    return slm.filter(each -> each.text().vocabulary().equals(llm.text().vocabulary())).isPresent();
  }

  /** How a file of weights of one of them has changed; empty where none has. Any thread. */
  Optional<String> weightsChange() {
    return llm.encoder()
        .weightsChange()
        .or(() -> slm.flatMap(each -> each.decoder().weightsChange()))
        .or(() -> slmAlone.flatMap(each -> each.decoder().weightsChange()));
  }

  /**
   * The LLM.
   *
   * @param text its tokenizer, whose prompt ids the route {@code HYBRID} uses too
   * @param eosIds ids that end an answer of its own decoder
   */
  public record Llm(LlmEncoder encoder, TextCodec text, Set<Integer> eosIds) {

    public Llm {
      Objects.requireNonNull(encoder, "encoder");
      Objects.requireNonNull(text, "text");
      eosIds = Set.copyOf(eosIds);
    }
  }

  /**
   * Projector and SLM.
   *
   * @param fuser makes the SLM's input of H and the LLM's prompt ids
   * @param text the SLM's tokenizer, for answers
   * @param eosIds ids that end the SLM's answer
   */
  public record Slm(PromptFuser fuser, SlmDecoder decoder, TextCodec text, Set<Integer> eosIds) {

    public Slm {
      Objects.requireNonNull(fuser, "fuser");
      Objects.requireNonNull(decoder, "decoder");
      Objects.requireNonNull(text, "text");
      eosIds = Set.copyOf(eosIds);
    }
  }

  /**
   * A small model trained to answer without the LLM.
   *
   * @param text its tokenizer, for prompts and answers
   * @param eosIds ids that end its answer
   */
  public record SlmAlone(SlmDecoder decoder, TextCodec text, Set<Integer> eosIds) {

    public SlmAlone {
      Objects.requireNonNull(decoder, "decoder");
      Objects.requireNonNull(text, "text");
      eosIds = Set.copyOf(eosIds);
    }
  }
}
