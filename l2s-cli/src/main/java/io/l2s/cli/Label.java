package io.l2s.cli;

import com.google.gson.JsonObject;

/**
 * A source with the answer that a large model gave to it.
 *
 * @param cut whether the limit of new tokens ended the answer
 */
record Label(String source, String target, boolean cut) {

  /** The fields by which training knows a row: {@code source} and {@code target}. */
  JsonObject json() {
    JsonObject row = new JsonObject();
    row.addProperty("source", source);
    row.addProperty("target", target);
    return row;
  }
}
