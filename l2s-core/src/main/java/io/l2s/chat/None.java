package io.l2s.chat;

/** Python's {@code None}. */
enum None {
  NONE
}
