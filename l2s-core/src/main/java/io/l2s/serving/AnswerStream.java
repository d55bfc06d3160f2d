package io.l2s.serving;

import io.l2s.Candidate;
import io.l2s.FinishReason;
import io.l2s.TextChunk;
import io.l2s.decoding.Search;
import io.l2s.decoding.StopStrings;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Turns the ids of a generation's first answer into text chunks, up to the first stop string. Not
 * thread-safe.
 */
final class AnswerStream {

  private final TextCodec codec;
  private final List<String> stops;
  private final boolean chunkPerToken;
  private final Consumer<TextChunk> listener;
  private final StringBuilder text = new StringBuilder();
  private StopStrings stopStrings;
  // Null before the first id.
  private @Nullable AnswerText answerText;
  // Ids whose text was taken; a stop string within a call leaves some untaken.
  private int taken;
  // Characters of the text that were reached; starting over sets them back.
  private int reached;

  /**
   * @param stops strings that end the answer; the first complete one counts
   * @param chunkPerToken whether the tokens of one call make one chunk each
   */
  AnswerStream(
      TextCodec codec, List<String> stops, boolean chunkPerToken, Consumer<TextChunk> listener) {
    this.codec = codec;
    this.stops = stops;
    this.chunkPerToken = chunkPerToken;
    this.listener = listener;
    this.stopStrings = new StopStrings(stops);
  }

  /** Expects the answer's ids from the first one again; text that was sent is not sent twice. */
  void startOver() {
    stopStrings = new StopStrings(stops);
    answerText = null;
    taken = 0;
    reached = 0;
  }

  /** Whether an id has come. */
  boolean hasBegun() {
    return answerText != null;
  }

  /** Whether a stop string has ended the answer. */
  boolean isStopped() {
    return stopStrings.reached();
  }

  /** Whether ids of text that was sent before starting over are still to come. */
  boolean isBehind() {
    return reached < text.length();
  }

  /** Takes the next ids and sends the text that is certain now. */
  void take(int[] ids) {
    AnswerText whole = answerText == null ? codec.newAnswer() : answerText;
    answerText = whole;
    if (stopStrings.isEmpty() && !chunkPerToken) {
      taken += ids.length;
      send(whole.append(ids));
      return;
    }
    // Takes ids one by one, so that the answer ends at the same id however many a call yields.
    StringBuilder piece = new StringBuilder();
    for (int i = 0; i < ids.length && !stopStrings.reached(); i++) {
      taken++;
      piece.append(stopStrings.append(whole.append(ids[i])));
      if (chunkPerToken) {
        send(piece.toString());
        piece.setLength(0);
      }
    }
    send(piece.toString());
  }

  /** Sends the text that was held back, after the last id. */
  void finish() {
    if (answerText != null) {
      send(stopStrings.append(answerText.finish()));
      send(stopStrings.finish());
    }
  }

  private void send(String piece) {
    // Ids that are repeated after starting over repeat their text.
    int known = Math.min(piece.length(), text.length() - reached);
    reached += piece.length();
    if (known < piece.length()) {
      String fresh = piece.substring(known);
      text.append(fresh);
      listener.accept(new TextChunk(fresh));
    }
  }

  /** All text that was sent. */
  String text() {
    return text.toString();
  }

  /** The answer whose text was sent, cut at its stop string. */
  Candidate sent(Search.Answer answer, FinishReason reason) {
    Search.Answer kept = isStopped() ? answer.first(taken) : answer;
    return candidate(text(), kept, reason);
  }

  /**
   * Another answer of the same generation.
   *
   * @param reason why the generation ended, for an answer that has no end of its own
   */
  Candidate unsent(Search.Answer answer, FinishReason reason) {
    AnswerText whole = codec.newAnswer();
    StopStrings own = new StopStrings(stops);
    int[] ids = answer.ids().stream().mapToInt(Integer::intValue).toArray();
    String all = own.append(whole.append(ids)) + own.append(whole.finish()) + own.finish();
    // Text that was held back to the end may have completed a stop string.
    FinishReason end = own.reached() ? FinishReason.STOP : answer.end().orElse(reason);
    return candidate(all, answer, end);
  }

  private Candidate candidate(String text, Search.Answer answer, FinishReason reason) {
    List<String> tokens = answer.logprobs().isEmpty() ? List.of() : tokens(answer.ids());
    return new Candidate(text, answer.ids(), reason, answer.score(), answer.logprobs(), tokens);
  }

  private List<String> tokens(List<Integer> ids) {
    AnswerText whole = codec.newAnswer();
    List<String> tokens = new ArrayList<>();
    for (int id : ids) {
      tokens.add(whole.append(id));
    }
    int last = ids.size() - 1;
    tokens.set(last, tokens.get(last) + whole.finish());
    return tokens;
  }
}
