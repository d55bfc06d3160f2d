package io.l2s.chat;

import java.util.LinkedHashMap;
import java.util.Map;

/** Names that a loop's body may set for the time after it. */
record Namespace(Map<String, Object> values) {

  static Namespace of(Arguments arguments) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (Object each : arguments.positional()) {
      Values.map(each).forEach((key, value) -> values.put(Values.string(key), value));
    }
    values.putAll(arguments.named());
    return new Namespace(values);
  }
}
