package io.l2s.benchmarks.load;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.List;

/**
 * A circuit breaker of the first model changed its state.
 *
 * @param second since the load began
 */
record Transition(double second, String breaker, String from, String to) {

  static final List<String> BREAKERS = List.of("l2s-encoder", "l2s-slm", "l2s-llm");

  /**
   * Reads the answer of {@code GET /api/faults/changes}.
   *
   * @param start milliseconds since the epoch at which the load began; earlier changes are left out
   */
  static List<Transition> read(String changes, long start) {
    List<Transition> read = new ArrayList<>();
    for (JsonElement each : JsonParser.parseString(changes).getAsJsonArray()) {
      JsonObject change = each.getAsJsonObject();
      double second = (change.get("time").getAsLong() - start) / 1e3;
      String breaker = change.get("breaker").getAsString();
      if (second >= 0 && BREAKERS.contains(breaker)) {
        read.add(
            new Transition(
                second, breaker, change.get("from").getAsString(), change.get("to").getAsString()));
      }
    }
    return read;
  }
}
