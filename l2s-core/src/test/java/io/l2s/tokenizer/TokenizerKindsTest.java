package io.l2s.tokenizer;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each kind of tokenizer with various normalizers, splits, added tokens and decoders. */
class TokenizerKindsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "word-level",
        "word-level-joined",
        "unigram-bytes",
        "byte-level-prefix",
        "bpe-bytes",
        "bpe-suffix"
      })
  void readsAndWritesAsTheReferenceDoes(String name) {
    Tokenizer tokenizer = Tokenizer.load(Fixtures.resource("tokenizer/kinds/" + name + ".json"));
    ReferenceCases.assertReproduced(
        tokenizer, Fixtures.json(Fixtures.resource("tokenizer/kinds/" + name + ".expected.json")));
    ReferenceCases.assertChunksJoin(tokenizer, 100);
  }
}
