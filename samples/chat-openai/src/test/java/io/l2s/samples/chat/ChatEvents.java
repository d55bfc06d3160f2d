package io.l2s.samples.chat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * A stream of {@link ChatController} as a client reads it.
 *
 * @param text all chunks joined
 * @param chunks number of chunks
 * @param lastName name of the last event
 * @param last data of the last event
 */
record ChatEvents(String text, int chunks, String lastName, JsonNode last) {

  private static final ObjectMapper JSON = new ObjectMapper();

  static ChatEvents of(String stream) {
    ChatEvents read = new ChatEvents("", 0, "", JSON.nullNode());
    for (String event : stream.strip().split("\n\n")) {
      read = read.with(event);
    }
    return read;
  }

  private ChatEvents with(String event) {
    String[] lines = event.split("\n", 2);
    String name = lines[0].substring("event:".length());
    JsonNode data;
    try {
      data = JSON.readTree(lines[1].substring("data:".length()));
    } catch (JsonProcessingException e) {
      throw new AssertionError("no JSON in " + event, e);
    }
    return name.equals("chunk")
        ? new ChatEvents(text + data.get("text").asText(), chunks + 1, name, data)
        : new ChatEvents(text, chunks, name, data);
  }
}
