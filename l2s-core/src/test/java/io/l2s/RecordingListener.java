package io.l2s;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps the events of one generation. */
public final class RecordingListener implements GenerationListener {

  private final List<String> chunks = new CopyOnWriteArrayList<>();
  private final List<String> lateChunks = new CopyOnWriteArrayList<>();
  private final List<GenerationResult> results = new CopyOnWriteArrayList<>();
  private final List<L2sException> failures = new CopyOnWriteArrayList<>();

  @Override
  public void onChunk(TextChunk chunk) {
    (terminalEvents() == 0 ? chunks : lateChunks).add(chunk.text());
  }

  @Override
  public void onComplete(GenerationResult result) {
    results.add(result);
  }

  @Override
  public void onError(L2sException failure) {
    failures.add(failure);
  }

  public List<String> chunks() {
    return chunks;
  }

  public int terminalEvents() {
    return results.size() + failures.size();
  }

  /** The result, with a check that it is the only terminal event. */
  public GenerationResult result() {
    assertThat(failures).isEmpty();
    assertThat(lateChunks).isEmpty();
    assertThat(results).hasSize(1);
    assertThat(String.join("", chunks)).isEqualTo(results.get(0).text());
    return results.get(0);
  }

  /** The failure, with a check that it is the only terminal event. */
  public L2sException failure() {
    assertThat(results).isEmpty();
    assertThat(lateChunks).isEmpty();
    assertThat(failures).hasSize(1);
    return failures.get(0);
  }
}
