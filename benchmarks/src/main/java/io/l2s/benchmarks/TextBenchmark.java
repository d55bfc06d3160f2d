package io.l2s.benchmarks;

import io.l2s.checkpoint.CheckpointFiles;
import io.l2s.checkpoint.SafetensorsFile;
import io.l2s.tokenizer.IncrementalDetokenizer;
import io.l2s.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Times tokenizing, detokenizing and opening a weights file: the cost outside the model. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class TextBenchmark {

  private static final String PROMPT =
      "translate English to German: I would like to drink a cup of coffee tomorrow morning.";

  /** Checkpoint directory; {@code -p model=DIR}. */
  @Param("l2s-core/src/test/resources/fixtures/t5-llm")
  private String model;

  private Tokenizer tokenizer;
  private int[] ids;

  @Setup
  public void load() {
    tokenizer = Tokenizer.load(Path.of(model).resolve(CheckpointFiles.TOKENIZER));
    ids = tokenizer.encodeWithoutSpecialTokens(PROMPT);
  }

  @Benchmark
  public int[] tokenize() {
    return tokenizer.encode(PROMPT);
  }

  @Benchmark
  public String detokenizeTokenByToken() {
    IncrementalDetokenizer detokenizer = new IncrementalDetokenizer(tokenizer);
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      text.append(detokenizer.append(id));
    }
    return text.append(detokenizer.finish()).toString();
  }

  @Benchmark
  public int openWeights() {
    return SafetensorsFile.open(Path.of(model).resolve(CheckpointFiles.WEIGHTS)).tensors().size();
  }
}
