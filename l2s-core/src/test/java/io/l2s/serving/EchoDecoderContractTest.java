package io.l2s.serving;

import ai.djl.ndarray.NDManager;
import io.l2s.model.DecoderState;
import io.l2s.model.DecoderStateContract;
import io.l2s.model.TokenBatch;

/** A row has an answer as long as its prompt, and the tokens chosen do not change it. */
class EchoDecoderContractTest extends DecoderStateContract {

  private final EchoDecoder decoder = new EchoDecoder(1);

  @Override
  protected DecoderState prefill(NDManager scope, TokenBatch prompts) {
    return decoder.prefill(decoder.embeddings().embed(scope, prompts), prompts.lengths());
  }

  @Override
  protected int vocabularySize() {
    return decoder.vocabularySize();
  }

  @Override
  protected int endOfSequence() {
    return EchoCodec.EOS;
  }

  @Override
  protected int heldResources(NDManager scope) {
    return decoder.openStates;
  }
}
