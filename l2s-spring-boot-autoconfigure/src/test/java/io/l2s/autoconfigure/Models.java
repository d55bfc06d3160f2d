package io.l2s.autoconfigure;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.l2s.Precision;
import io.l2s.assembly.ComponentOptions;
import io.l2s.engine.DeviceSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Small checkpoints with the answers that transformers gives. */
final class Models {

  static final Path LLM = path("t5-llm");
  static final Path BUNDLE = path("hybrid-a-t5-t5-add");
  static final Path REPLACE = path("hybrid-b-t5-t5-replace");
  static final Path SLM = BUNDLE.resolve("slm");
  static final Path PROJECTOR = BUNDLE.resolve("projector.safetensors");
  static final ComponentOptions F32 = new ComponentOptions(DeviceSpec.CPU, Precision.F32);

  /** Answers whose best token is hardly better than the second may differ by rounding. */
  private static final double NOISE = 1e-3;

  private static final String[] EXACT = {
    "l2s.llm.device=cpu",
    "l2s.llm.precision=f32",
    "l2s.slm.device=cpu",
    "l2s.slm.precision=f32",
    "l2s.projector.device=cpu"
  };

  /** Where no model is configured. */
  static final ApplicationContextRunner RUNNER =
      new ApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(L2sAutoConfiguration.class));

  /** With a bundle. */
  static final ApplicationContextRunner WITH_BUNDLE =
      RUNNER.withPropertyValues(EXACT).withPropertyValues("l2s.bundle=" + BUNDLE);

  /** With LLM, SLM and projector by their own locations. */
  static final ApplicationContextRunner WITH_PARTS =
      RUNNER
          .withPropertyValues(EXACT)
          .withPropertyValues(
              "l2s.llm.location=" + LLM,
              "l2s.slm.location=" + SLM,
              "l2s.projector.location=" + PROJECTOR);

  private Models() {}

  /** A prompt and the ids of its answer. */
  record Answer(String prompt, List<Integer> ids, int maxNewTokens) {}

  /** The greedy answers expected of a fixture. */
  static List<Answer> answers(Path fixture) {
    JsonObject expected = json(fixture.resolve("expected.json"));
    int maxNewTokens = expected.get("max_new_tokens").getAsInt();
    List<Answer> answers = new ArrayList<>();
    for (JsonElement element : expected.getAsJsonArray("cases")) {
      JsonObject each = element.getAsJsonObject();
      JsonObject greedy = each.getAsJsonObject("greedy");
      if (greedy.get("min_margin").getAsDouble() >= NOISE) {
        List<Integer> ids = new ArrayList<>();
        greedy.getAsJsonArray("ids").forEach(id -> ids.add(id.getAsInt()));
        answers.add(new Answer(each.get("text").getAsString(), ids, maxNewTokens));
      }
    }
    return answers;
  }

  private static JsonObject json(Path file) {
    try {
      return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path path(String fixture) {
    return Path.of("../l2s-core/src/test/resources/fixtures", fixture);
  }
}
