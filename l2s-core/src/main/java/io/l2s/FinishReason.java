package io.l2s;

/** Why a generation ended. */
public enum FinishReason {
  /** The model produced an end-of-sequence token. */
  EOS,
  /** The request's limit of new tokens was reached. */
  LENGTH,
  /** A stop string was reached. */
  STOP,
  /** The caller cancelled; the text is as far as it was decoded. */
  CANCELLED,
  /**
   * The deadline passed; the text is as far as it was decoded, and empty if the request still
   * waited.
   */
  DEADLINE
}
