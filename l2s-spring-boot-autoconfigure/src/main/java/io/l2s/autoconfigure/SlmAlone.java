package io.l2s.autoconfigure;

import io.l2s.model.Decoder;
import java.util.Optional;

/**
 * The separately trained small model for {@code SLM_ONLY}. It is no {@link Decoder} bean, since
 * that type means the SLM.
 */
record SlmAlone(Optional<Decoder> decoder) implements AutoCloseable {

  @Override
  public void close() {
    decoder.ifPresent(Decoder::close);
  }
}
