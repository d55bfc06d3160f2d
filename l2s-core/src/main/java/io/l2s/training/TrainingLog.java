package io.l2s.training;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.l2s.PromptTokenizer;
import io.l2s.checkpoint.ModelFile;
import io.l2s.evaluation.TextFile;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a training's course in a file, a JSON object a line, and passes all on to another listener.
 *
 * <p>A step: {@code step}, {@code loss}, {@code learningRate}, {@code pairsPerSecond}, {@code
 * seconds} of this run. A validation: {@code step}, {@code validationLoss}, {@code best}. A resumed
 * training drops the lines of steps that were lost. One thread.
 */
final class TrainingLog implements TrainingListener, AutoCloseable {

  private final Path file;
  private final TrainingListener next;
  private @Nullable BufferedWriter writer;

  TrainingLog(Path file, TrainingListener next) {
    this.file = file;
    this.next = next;
  }

  @Override
  public void onPromptTokenizer(PromptTokenizer tokenizer) {
    next.onPromptTokenizer(tokenizer);
  }

  @Override
  public void onData(int pairs, int validation, int leftOut) {
    next.onData(pairs, validation, leftOut);
  }

  @Override
  public void onFeatures(int done, int total, Path features, long bytes) {
    next.onFeatures(done, total, features, bytes);
  }

  @Override
  public void onStart(int step) {
    Path rewritten = file.resolveSibling(file.getFileName() + ".tmp");
    ModelFile.requireRegularIfThere(file);
    ModelFile.requireRegularIfThere(rewritten);
    try {
      List<String> kept = step > 0 && Files.exists(file) ? linesUpTo(step) : List.of();
      Files.write(rewritten, kept);
      Files.move(rewritten, file, ATOMIC_MOVE, REPLACE_EXISTING);
      writer = Files.newBufferedWriter(file, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw failure(e);
    }
    next.onStart(step);
  }

  private List<String> linesUpTo(int step) {
    return TextFile.readAny(file).stream().filter(line -> stepOf(line) <= step).toList();
  }

  // A line may be torn; it is of a step that was lost.
  private static int stepOf(String line) {
    try {
      return JsonParser.parseString(line).getAsJsonObject().get("step").getAsInt();
    } catch (JsonParseException
        | IllegalStateException
        | NullPointerException
        | NumberFormatException
        | UnsupportedOperationException e) {
      return Integer.MAX_VALUE;
    }
  }

  @Override
  public void onStep(TrainingProgress progress) {
    JsonObject line = new JsonObject();
    line.addProperty("step", progress.step());
    line.addProperty("loss", progress.loss());
    line.addProperty("learningRate", progress.learningRate());
    line.addProperty("pairsPerSecond", progress.pairsPerSecond());
    line.addProperty("seconds", progress.elapsed().toNanos() / 1e9);
    write(line);
    next.onStep(progress);
  }

  @Override
  public void onValidation(int step, double loss, boolean best) {
    JsonObject line = new JsonObject();
    line.addProperty("step", step);
    line.addProperty("validationLoss", loss);
    line.addProperty("best", best);
    write(line);
    next.onValidation(step, loss, best);
  }

  private void write(JsonObject line) {
    BufferedWriter open = Objects.requireNonNull(writer, "onStart comes first");
    try {
      open.write(line.toString());
      open.write('\n');
      open.flush();
    } catch (IOException e) {
      throw failure(e);
    }
  }

  @Override
  public boolean stopRequested() {
    return next.stopRequested();
  }

  @Override
  public void close() {
    try {
      if (writer != null) {
        writer.close();
      }
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private UncheckedIOException failure(IOException e) {
    return new UncheckedIOException("cannot write " + file, e);
  }
}
