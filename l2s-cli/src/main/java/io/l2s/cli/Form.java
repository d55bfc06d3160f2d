package io.l2s.cli;

/** How prompts and answers are written, one a line. */
enum Form {
  /** The bare text. */
  TEXT,
  /** A JSON object. */
  JSONL
}
