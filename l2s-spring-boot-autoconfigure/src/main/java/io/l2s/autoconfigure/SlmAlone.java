package io.l2s.autoconfigure;

import io.l2s.model.SlmDecoder;
import java.util.Optional;

/**
 * The separately trained small model for {@code SLM_ONLY}. It is no {@link SlmDecoder} bean, since
 * that type means the SLM.
 */
record SlmAlone(Optional<SlmDecoder> decoder) implements AutoCloseable {

  @Override
  public void close() {
    decoder.ifPresent(SlmDecoder::close);
  }
}
