package io.l2s.tokenizer;

import java.util.Arrays;

/**
 * Finds the tokens that a text has at a place.
 *
 * <p>A node's children lie in one open hash table under node and character, so that a vocabulary
 * costs a few bytes a character and no object.
 */
final class TokenTrie {

  private static final int ROOT = 0;
  private static final int MAX_NODES = 1 << 21;
  private static final long FREE = -1;

  private long[] edges = new long[1 << 10];
  private int[] children = new int[1 << 10];
  private int[] values = new int[1 << 9];
  private int nodes = 1;

  TokenTrie() {
    Arrays.fill(edges, FREE);
    Arrays.fill(values, -1);
  }

  /** Adds a token; a token added before keeps its first value. */
  void add(String token, int value) {
    int node = ROOT;
    for (int i = 0; i < token.length(); i++) {
      node = childOrNew(node, token.charAt(i));
    }
    if (values[node] < 0) {
      values[node] = value;
    }
  }

  static int root() {
    return ROOT;
  }

  /** The node behind {@code node} and {@code c}, or −1. */
  int child(int node, char c) {
    long edge = (long) node << 16 | c;
    for (int slot = slot(edge); edges[slot] != FREE; slot = (slot + 1) & (edges.length - 1)) {
      if (edges[slot] == edge) {
        return children[slot];
      }
    }
    return -1;
  }

  /** The value of the token that ends in {@code node}, or −1. */
  int value(int node) {
    return values[node];
  }

  private int childOrNew(int node, char c) {
    int child = child(node, c);
    if (child >= 0) {
      return child;
    }
    if (nodes == MAX_NODES) {
      throw new InvalidTokenizerException(
          "the tokens must have at most " + MAX_NODES + " different beginnings, but have more");
    }
    if (2 * nodes >= edges.length) {
      grow();
    }
    if (nodes == values.length) {
      values = Arrays.copyOf(values, 2 * nodes);
      Arrays.fill(values, nodes, 2 * nodes, -1);
    }
    put((long) node << 16 | c, nodes);
    return nodes++;
  }

  private void put(long edge, int child) {
    int slot = slot(edge);
    while (edges[slot] != FREE) {
      slot = (slot + 1) & (edges.length - 1);
    }
    edges[slot] = edge;
    children[slot] = child;
  }

  private void grow() {
    long[] oldEdges = edges;
    int[] oldChildren = children;
    edges = new long[2 * oldEdges.length];
    children = new int[edges.length];
    Arrays.fill(edges, FREE);
    for (int i = 0; i < oldEdges.length; i++) {
      if (oldEdges[i] != FREE) {
        put(oldEdges[i], oldChildren[i]);
      }
    }
  }

  private int slot(long edge) {
    return HashSeed.spread(edge) & (edges.length - 1);
  }
}
