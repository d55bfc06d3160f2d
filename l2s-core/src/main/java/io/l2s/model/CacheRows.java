package io.l2s.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/** The rows of a cache of keys and values, without these. Immutable. */
record CacheRows(List<Row> rows) {

  /** In place of a row's next token: a vector that the program's state holds for the row. */
  static final int VECTOR = -2;

  static final CacheRows NONE = new CacheRows(List.of());

  /**
   * One row.
   *
   * @param prompt identity of the prompt: rows of one prompt share its keys and values
   * @param length of the prompt that the row attends to besides its columns
   * @param first column of the row's position 0; below 0 once a window has left it behind
   * @param answer first column that the row does not share with others of its prompt
   * @param next token that the row is fed next
   */
  record Row(Object prompt, int length, int first, int answer, int next) {

    Row withNext(int token) {
      return new Row(prompt, length, first, answer, token);
    }

    Row moved(int columns) {
      return new Row(prompt, length, first + columns, answer + columns, next);
    }
  }

  CacheRows {
    rows = List.copyOf(rows);
  }

  /**
   * Rows whose prompts lie beside the columns.
   *
   * @param startToken the first input of every row
   */
  static CacheRows besideColumns(int[] promptLengths, int startToken) {
    return of(promptLengths, length -> new Row(new Object(), length, 0, 0, startToken));
  }

  /**
   * Rows whose prompts lie before {@code column}; each has yet to read its prompt's last vector.
   */
  static CacheRows inColumns(int[] promptLengths, int column) {
    return of(
        promptLengths, length -> new Row(new Object(), 0, column + 1 - length, column, VECTOR));
  }

  private static CacheRows of(int[] promptLengths, IntFunction<Row> row) {
    return new CacheRows(Arrays.stream(promptLengths).mapToObj(row).toList());
  }

  int size() {
    return rows.size();
  }

  Row get(int row) {
    return rows.get(row);
  }

  /** Longest prompt beside the columns. */
  int longestPrompt() {
    return rows.stream().mapToInt(Row::length).max().orElse(0);
  }

  /** Column of the earliest position 0, at least 0; {@code none} where there are no rows. */
  int first(int none) {
    return Math.max(0, rows.stream().mapToInt(Row::first).min().orElse(none));
  }

  int[] firsts() {
    return ints(Row::first);
  }

  int[] nextTokens() {
    return ints(Row::next);
  }

  private int[] ints(ToIntFunction<Row> of) {
    return rows.stream().mapToInt(of).toArray();
  }

  boolean haveVectors() {
    return rows.stream().anyMatch(row -> row.next() == VECTOR);
  }

  CacheRows withNext(int[] tokens) {
    return new CacheRows(
        IntStream.range(0, size()).mapToObj(i -> get(i).withNext(tokens[i])).toList());
  }

  CacheRows moved(int columns) {
    return new CacheRows(rows.stream().map(row -> row.moved(columns)).toList());
  }

  CacheRows picked(int[] indices) {
    return new CacheRows(Arrays.stream(indices).mapToObj(rows::get).toList());
  }

  CacheRows and(CacheRows others) {
    List<Row> all = new ArrayList<>(rows);
    all.addAll(others.rows);
    return new CacheRows(all);
  }

  /**
   * Whether any of the rows at {@code indices} has another prompt than {@code before} had there.
   */
  boolean changePrompts(CacheRows before, int[] indices) {
    return Arrays.stream(indices)
        .anyMatch(row -> row >= before.size() || get(row).prompt() != before.get(row).prompt());
  }

  /** First column that a row at {@code indices} does not share with others of its prompt. */
  int firstAnswer(int[] indices) {
    return Arrays.stream(indices).map(row -> get(row).answer()).min().getAsInt();
  }
}
