package io.l2s.decoding;

import io.l2s.BeamSearch;
import io.l2s.EarlyStopping;
import io.l2s.FinishReason;
import io.l2s.GenerationOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Follows the {@code numBeams} likeliest beginnings of an answer (transformers 5: {@code
 * GenerationMixin._beam_search}). The score of a finished answer is the sum of its
 * log-probabilities divided by its length to the power of the length penalty. The length includes
 * the end-of-sequence id.
 */
final class BeamTracker implements Search {

  // A finite score so low that its beam is never among the best.
  private static final double NONE = -1e9;

  private final SearchSettings settings;
  private final GenerationOptions options;
  private final BeamSearch beams;
  private final LogitsProcessors processors;
  private final SpareCandidates spare;
  private List<Beam> running = new ArrayList<>();
  private List<Beam> finished = new ArrayList<>();
  private int length;
  private boolean settled;
  private boolean ended;
  private boolean broken;

  /**
   * @param parent the row that it continues
   */
  private record Beam(int parent, List<Integer> ids, List<Double> logprobs, double score) {

    Beam with(int row, int id, double logprob, double nextScore) {
      List<Integer> longer = new ArrayList<>(ids);
      longer.add(id);
      List<Double> own = new ArrayList<>(logprobs);
      own.add(logprob);
      return new Beam(row, longer, own, nextScore);
    }

    Beam scored(double other) {
      return new Beam(parent, ids, logprobs, other);
    }

    int last() {
      return ids.get(ids.size() - 1);
    }
  }

  /**
   * @param parent the row that it continues
   * @param id its next token
   * @param logprob of that token
   */
  private record Continuation(int parent, int id, double logprob, double score) {}

  BeamTracker(SearchSettings settings) {
    this.settings = settings;
    this.options = settings.options();
    this.beams = options.beamSearch().orElseThrow();
    this.processors = new LogitsProcessors(settings);
    this.spare = new SpareCandidates(settings);
    for (int i = 0; i < beams.numBeams(); i++) {
      // All beams begin alike, so only the first one counts until they differ.
      running.add(new Beam(i, List.of(), List.of(), i == 0 ? 0 : NONE));
    }
  }

  @Override
  public Search restarted() {
    return new BeamTracker(settings);
  }

  @Override
  public int rows() {
    return beams.numBeams();
  }

  @Override
  public int remaining() {
    return settings.maxNewTokens() - length;
  }

  @Override
  public boolean normalized() {
    return true;
  }

  @Override
  public int candidates() {
    return spare.with(continuations());
  }

  /** Number of continuations to rank: enough beams remain when the others end by an EOS id. */
  private int continuations() {
    return Math.max(2, 1 + settings.eosIds().size()) * beams.numBeams();
  }

  @Override
  public void edit(LogitEdits edits, int firstRow) {
    for (int i = 0; i < running.size(); i++) {
      processors.edit(edits, firstRow + i, running.get(i).ids());
    }
  }

  @Override
  public Optional<Choice> choose(TopTokens top, int firstRow) {
    for (int i = 0; i < running.size(); i++) {
      broken |= !top.finite(firstRow + i);
    }
    OptionalInt forced = settings.forcedAt(length);
    List<Continuation> best = forced.isPresent() ? forced(forced.getAsInt()) : List.of();
    if (best.isEmpty()) {
      best = best(top, firstRow);
    }
    if (best.isEmpty()) {
      spare.grow(candidates());
      return Optional.empty();
    }
    spare.reset();
    return Optional.of(continued(best));
  }

  /** All beams continue with one token at no cost, unless it completes a bad word. */
  private List<Continuation> forced(int id) {
    return IntStream.range(0, running.size())
        .filter(parent -> isFollowed(running.get(parent)))
        .filter(parent -> settings.allows(running.get(parent).ids(), id))
        .mapToObj(parent -> new Continuation(parent, id, 0, running.get(parent).score()))
        .toList();
  }

  private static boolean isFollowed(Beam beam) {
    return beam.score() > NONE / 2;
  }

  private Choice continued(List<Continuation> best) {
    length++;
    List<Beam> going = new ArrayList<>();
    boolean allEnd = true;
    for (int rank = 0; rank < best.size(); rank++) {
      if (rank >= beams.numBeams() && going.size() == beams.numBeams()) {
        break;
      }
      Beam beam = extended(best.get(rank));
      boolean ends = settings.end(beam.ids()).isPresent();
      allEnd &= ends;
      if (!ends && going.size() < beams.numBeams()) {
        going.add(beam);
      } else if (ends && rank < beams.numBeams()) {
        finish(beam);
      }
    }
    ended = allEnd || isSettled(going);
    // Stop strings may leave too few beams; the remaining rows still need a token.
    while (going.size() < beams.numBeams()) {
      Continuation any = best.get(Math.min(going.size(), best.size() - 1));
      going.add(extended(any).scored(NONE));
    }
    running = going;
    return new Choice(
        going.stream().mapToInt(Beam::parent).toArray(),
        going.stream().mapToInt(Beam::last).toArray());
  }

  /** The best continuations without a bad word; none where more candidates are needed. */
  private List<Continuation> best(TopTokens top, int firstRow) {
    List<Continuation> all = new ArrayList<>();
    for (int parent = 0; parent < running.size(); parent++) {
      for (int rank = 0; rank < Math.min(candidates(), top.width(firstRow + parent)); rank++) {
        int row = firstRow + parent;
        double score = running.get(parent).score() + top.score(row, rank);
        all.add(new Continuation(parent, top.id(row, rank), top.logprob(row, rank), score));
      }
    }
    all.sort(Comparator.comparingDouble(Continuation::score).reversed());
    if (!settings.bansText() || broken) {
      return all.subList(0, Math.min(continuations(), all.size()));
    }
    List<Continuation> best = new ArrayList<>();
    int[] rejected = new int[running.size()];
    for (Continuation next : all) {
      if (best.size() == continuations()) {
        break;
      } else if (settings.allows(running.get(next.parent()).ids(), next.id())) {
        best.add(next);
      } else {
        rejected[next.parent()]++;
      }
    }
    // A candidate that was not fetched may be better than one of another beam.
    int fetched = candidates();
    int wanted = fetched == settings.vocabulary() ? 0 : continuations();
    return Arrays.stream(rejected).allMatch(count -> fetched - count >= wanted) ? best : List.of();
  }

  private Beam extended(Continuation next) {
    return running.get(next.parent()).with(next.parent(), next.id(), next.logprob(), next.score());
  }

  private void finish(Beam beam) {
    finished.add(beam.scored(perLength(beam.score(), length)));
    finished.sort(Comparator.comparingDouble(Beam::score).reversed());
    if (finished.size() > beams.numBeams()) {
      finished.remove(finished.size() - 1);
    }
  }

  /**
   * Divides a sum by the length penalty. A forced prefix counts neither in the sum nor in the
   * length, like the decoder prompt of transformers.
   */
  private double perLength(double sum, int answerLength) {
    int own = answerLength - settings.forcedPrefix().size();
    return own == 0 ? sum : sum / Math.pow(own, beams.lengthPenalty());
  }

  /** Whether enough answers have finished and no running beam can become better. */
  private boolean isSettled(List<Beam> going) {
    if (finished.size() < beams.numBeams()) {
      return false;
    }
    if (beams.earlyStopping() == EarlyStopping.TRUE) {
      return true;
    }
    boolean longest = beams.earlyStopping() == EarlyStopping.NEVER && beams.lengthPenalty() > 0;
    double hope = perLength(going.get(0).score(), longest ? settings.maxNewTokens() : length);
    return hope <= finished.get(finished.size() - 1).score();
  }

  @Override
  public int[] takeSettled() {
    if (!ended || settled) {
      return new int[0];
    }
    settled = true;
    return finished.get(0).ids().stream().mapToInt(Integer::intValue).toArray();
  }

  @Override
  public Optional<FinishReason> finishReason() {
    return ended ? settings.end(finished.get(0).ids()) : Optional.empty();
  }

  @Override
  public boolean hasNonFiniteLogits() {
    return broken;
  }

  @Override
  public List<Answer> answers() {
    List<Beam> best = ended ? finished : unfinished();
    return best.stream()
        .limit(options.numReturnSequences())
        .map(
            beam ->
                new Answer(
                    beam.ids(),
                    settings.end(beam.ids()),
                    OptionalDouble.of(beam.score()),
                    options.logprobs() ? beam.logprobs() : List.of()))
        .toList();
  }

  /** Finished answers and running beams by score, for a search that is interrupted. */
  private List<Beam> unfinished() {
    if (length <= settings.forcedPrefix().size()) {
      return List.of();
    }
    List<Beam> all = new ArrayList<>(finished);
    running.stream()
        .filter(BeamTracker::isFollowed)
        .forEach(beam -> all.add(beam.scored(perLength(beam.score(), length))));
    all.sort(Comparator.comparingDouble(Beam::score).reversed());
    return all;
  }
}
