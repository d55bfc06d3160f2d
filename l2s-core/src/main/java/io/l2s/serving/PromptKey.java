package io.l2s.serving;

import java.util.Arrays;

/**
 * A prompt's token ids as a key. It holds a copy, because encoders get the array itself and may
 * change it.
 */
final class PromptKey {

  private final int[] ids;
  private final int hash;

  PromptKey(int[] ids) {
    this.ids = ids.clone();
    this.hash = Arrays.hashCode(this.ids);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PromptKey key && hash == key.hash && Arrays.equals(ids, key.ids);
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
