package io.l2s.serving;

import java.util.ArrayList;
import java.util.List;

/** A team of 4 threads that records how many are wanted. */
final class RecordingTeam implements ThreadPlan.Team {

  final List<Integer> wanted = new ArrayList<>();
  boolean crowded;

  int last() {
    return wanted.get(wanted.size() - 1);
  }

  @Override
  public int most() {
    return 4;
  }

  @Override
  public void want(int threads) {
    wanted.add(threads);
  }

  @Override
  public boolean crowded() {
    return crowded;
  }

  @Override
  public long looks() {
    return 0;
  }

  @Override
  public String remedy() {
    return "";
  }
}
