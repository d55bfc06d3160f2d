package io.l2s.decoding;

import io.l2s.FinishReason;
import io.l2s.GenerationOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Answers whose tokens are chosen step by step, greedily or at random, each in a row of its own.
 */
final class SampledSearch implements Search {

  private final SearchSettings settings;
  private final GenerationOptions options;
  private final LogitsProcessors processors;
  private final Optional<Sampler> sampler;
  private final List<Row> rows = new ArrayList<>();
  private int taken;
  private boolean broken;

  private static final class Row {
    private final List<Integer> ids = new ArrayList<>();
    private final List<Double> logprobs = new ArrayList<>();
    private @Nullable FinishReason finishReason;

    /** What this row repeats of another search first; empty if it repeats none. */
    private List<Integer> replayedIds = List.of();

    private List<Double> replayedLogprobs = List.of();

    private boolean isReplaying() {
      return ids.size() < replayedIds.size();
    }

    private void replay(Row other) {
      replayedIds = other.isReplaying() ? other.replayedIds : other.ids;
      replayedLogprobs = other.isReplaying() ? other.replayedLogprobs : other.logprobs;
    }
  }

  SampledSearch(SearchSettings settings) {
    this.settings = settings;
    this.options = settings.options();
    this.processors = new LogitsProcessors(settings);
    this.sampler = options.sampling().map(Sampler::new);
    for (int i = 0; i < options.numReturnSequences(); i++) {
      rows.add(new Row());
    }
  }

  @Override
  public Search restarted() {
    SampledSearch again = new SampledSearch(settings);
    for (int i = 0; i < rows.size(); i++) {
      again.rows.get(i).replay(rows.get(i));
    }
    return again;
  }

  /** A copy of a search of one row that stands where this one would if {@code draft} came next. */
  SampledSearch continuedWith(int[] draft) {
    SampledSearch copy = new SampledSearch(settings);
    List<Integer> ids = copy.rows.get(0).ids;
    ids.addAll(rows.get(0).ids);
    Arrays.stream(draft).forEach(ids::add);
    return copy;
  }

  @Override
  public int rows() {
    return rows.size();
  }

  @Override
  public int remaining() {
    int least = rows.stream().mapToInt(row -> row.ids.size()).min().orElseThrow();
    return settings.maxNewTokens() - least;
  }

  @Override
  public int candidates() {
    if (sampler.isEmpty()) {
      return 1;
    }
    int vocabulary = settings.vocabulary();
    int topK = options.sampling().orElseThrow().topK();
    return topK == 0 ? vocabulary : Math.min(topK, vocabulary);
  }

  @Override
  public void edit(LogitEdits edits, int firstRow) {
    for (int i = 0; i < rows.size(); i++) {
      if (rows.get(i).finishReason == null) {
        processors.edit(edits, firstRow + i, rows.get(i).ids);
      }
    }
  }

  @Override
  public Choice choose(TopTokens top, int firstRow) {
    int[] parents = new int[rows.size()];
    int[] tokens = new int[rows.size()];
    for (int i = 0; i < tokens.length; i++) {
      parents[i] = i;
      // A row that has ended keeps its place until the others have ended, too.
      tokens[i] = top.id(firstRow + i, 0);
      if (rows.get(i).finishReason == null) {
        tokens[i] = next(top, firstRow + i, i);
      }
    }
    return new Choice(parents, tokens);
  }

  private int next(TopTokens top, int row, int sequence) {
    Row answer = rows.get(sequence);
    int step = answer.ids.size();
    if (!top.finite(row)) {
      broken = true;
      return top.id(row, 0);
    }
    int id;
    double logprob;
    if (answer.isReplaying()) {
      id = answer.replayedIds.get(step);
      logprob = answer.replayedLogprobs.get(step);
    } else if (settings.forcedAt(step).isPresent()) {
      id = settings.forcedAt(step).getAsInt();
      logprob = 0;
    } else {
      int rank = sampler.map(draws -> draw(draws, top, row, sequence, step)).orElse(0);
      id = top.id(row, rank);
      logprob = top.logprob(row, rank);
    }
    answer.ids.add(id);
    answer.logprobs.add(logprob);
    answer.finishReason = settings.end(answer.ids).orElse(null);
    return id;
  }

  private int draw(Sampler draws, TopTokens top, int row, int sequence, int step) {
    float[] scores = new float[Math.min(candidates(), top.width(row))];
    int[] ids = new int[scores.length];
    for (int rank = 0; rank < scores.length; rank++) {
      scores[rank] = top.score(row, rank);
      ids[rank] = top.id(row, rank);
    }
    return draws.draw(scores, ids, sequence, step);
  }

  @Override
  public int[] takeSettled() {
    List<Integer> ids = rows.get(0).ids;
    int[] settled = ids.subList(taken, ids.size()).stream().mapToInt(Integer::intValue).toArray();
    taken = ids.size();
    return settled;
  }

  @Override
  public Optional<FinishReason> finishReason() {
    return rows.stream().allMatch(row -> row.finishReason != null)
        ? Optional.ofNullable(rows.get(0).finishReason)
        : Optional.empty();
  }

  @Override
  public boolean hasNonFiniteLogits() {
    return broken;
  }

  @Override
  public List<Answer> answers() {
    return rows.stream()
        .map(
            row ->
                new Answer(
                    row.ids,
                    Optional.ofNullable(row.finishReason),
                    OptionalDouble.empty(),
                    options.logprobs() ? row.logprobs : List.of()))
        .toList();
  }
}
