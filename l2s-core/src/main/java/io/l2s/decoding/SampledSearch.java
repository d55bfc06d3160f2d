package io.l2s.decoding;

import io.l2s.FinishReason;
import io.l2s.GenerationOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Answers whose tokens are chosen step by step, greedily or at random, each in a row of its own.
 */
final class SampledSearch implements Search {

  private static final int NONE = -1;
  private static final int MOST_DRAWS = 16;

  private final SearchSettings settings;
  private final GenerationOptions options;
  private final LogitsProcessors processors;
  private final SpareCandidates spare;
  private final Optional<Sampler> sampler;
  private final DraftLength draftLength;
  private final List<Row> rows = new ArrayList<>();
  private int taken;
  private boolean broken;

  private static final class Row {
    private final List<Integer> ids = new ArrayList<>();
    private final List<Double> logprobs = new ArrayList<>();
    private @Nullable FinishReason finishReason;

    /** The answer of another search that this row repeats first; empty if it repeats none. */
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
    this.spare = new SpareCandidates(settings);
    this.sampler = options.sampling().map(Sampler::new);
    this.draftLength = settings.drafts().length();
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
  public int[] draft() {
    return rows.size() == 1
        ? settings.drafts().after(rows.get(0).ids, Math.min(draftLength.next(), remaining() - 1))
        : Search.super.draft();
  }

  @Override
  public void draftVerified(int drafted, int accepted) {
    draftLength.record(drafted, accepted);
  }

  @Override
  public int candidates() {
    if (sampler.isEmpty()) {
      return spare.with(1);
    }
    int topK = options.sampling().orElseThrow().topK();
    return topK == 0 ? settings.vocabulary() : spare.with(Math.min(topK, settings.vocabulary()));
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
  public Optional<Choice> choose(TopTokens top, int firstRow) {
    int[] ranks = new int[rows.size()];
    for (int i = 0; i < ranks.length; i++) {
      ranks[i] = chooses(i, top, firstRow + i) ? rank(top, firstRow + i, i) : 0;
      if (ranks[i] == NONE) {
        spare.grow(candidates());
        return Optional.empty();
      }
    }
    spare.reset();
    int[] parents = new int[ranks.length];
    int[] tokens = new int[ranks.length];
    for (int i = 0; i < tokens.length; i++) {
      parents[i] = i;
      // A row that has ended keeps its place until the others have ended, too.
      tokens[i] = top.id(firstRow + i, 0);
      if (rows.get(i).finishReason == null) {
        tokens[i] = next(top, firstRow + i, rows.get(i), ranks[i]);
      }
    }
    return Optional.of(new Choice(parents, tokens));
  }

  /** Whether the scores decide about the next token of a row. */
  private boolean chooses(int sequence, TopTokens top, int row) {
    Row answer = rows.get(sequence);
    return answer.finishReason == null
        && top.finite(row)
        && !answer.isReplaying()
        && forced(answer).isEmpty();
  }

  /** The id that comes next whatever the scores are. */
  private OptionalInt forced(Row answer) {
    OptionalInt id = settings.forcedAt(answer.ids.size());
    return id.isPresent() && settings.allows(answer.ids, id.getAsInt()) ? id : OptionalInt.empty();
  }

  private int next(TopTokens top, int row, Row answer, int rank) {
    int step = answer.ids.size();
    if (!top.finite(row)) {
      broken = true;
      return top.id(row, 0);
    }
    int id = top.id(row, rank);
    double logprob = top.logprob(row, rank);
    OptionalInt forced = forced(answer);
    if (answer.isReplaying()) {
      id = answer.replayedIds.get(step);
      logprob = answer.replayedLogprobs.get(step);
    } else if (forced.isPresent()) {
      id = forced.getAsInt();
      logprob = 0;
    }
    answer.ids.add(id);
    answer.logprobs.add(logprob);
    answer.finishReason = settings.end(answer.ids).orElse(null);
    return id;
  }

  /** The rank of the next token; {@link #NONE} where each candidate completes a bad word. */
  private int rank(TopTokens top, int row, int sequence) {
    Row answer = rows.get(sequence);
    int width = Math.min(candidates(), top.width(row));
    if (sampler.isPresent()) {
      int drawn = draw(sampler.get(), top, row, width, sequence);
      if (drawn != NONE) {
        return drawn;
      }
    }
    for (int rank = 0; rank < width; rank++) {
      if (settings.allows(answer.ids, top.id(row, rank))) {
        return rank;
      }
    }
    return NONE;
  }

  /**
   * Draws until a token completes no bad word; those that do are taken out of the candidates. After
   * {@link #MOST_DRAWS} it gives up with {@link #NONE}: hardly any token is left to draw.
   */
  private int draw(Sampler draws, TopTokens top, int row, int width, int sequence) {
    Row answer = rows.get(sequence);
    float[] scores = new float[width];
    int[] ids = new int[width];
    for (int rank = 0; rank < width; rank++) {
      scores[rank] = top.score(row, rank);
      ids[rank] = top.id(row, rank);
    }
    int left = width;
    for (int draw = 0; draw < MOST_DRAWS && left > 0; draw++) {
      int drawn = draws.draw(scores, ids, sequence, answer.ids.size());
      if (settings.allows(answer.ids, ids[drawn])) {
        return top.rank(row, ids[drawn]);
      }
      left--;
      System.arraycopy(scores, drawn + 1, scores, drawn, left - drawn);
      System.arraycopy(ids, drawn + 1, ids, drawn, left - drawn);
      scores = Arrays.copyOf(scores, left);
    }
    return NONE;
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
