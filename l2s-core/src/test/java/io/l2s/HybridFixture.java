package io.l2s;

import com.google.gson.JsonObject;
import io.l2s.assembly.ComponentOptions;
import io.l2s.assembly.HybridModelBuilder;
import io.l2s.assembly.ModelLoader;
import io.l2s.engine.DeviceSpec;
import io.l2s.engine.NativeRuntime;
import io.l2s.hybrid.PromptFuser;
import io.l2s.model.LlmEncoder;
import io.l2s.model.SlmDecoder;
import io.l2s.projector.Projector;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A pair with the outputs that transformers computed for it, loaded on the CPU in float32.
 *
 * @param promptTokenizer {@code LLM} where the fixture's embeddings are adapted
 */
public record HybridFixture(
    Fixture fixture,
    Fusion fusion,
    PromptTokenizer promptTokenizer,
    LlmEncoder llm,
    Projector projector,
    SlmDecoder slm)
    implements AutoCloseable {

  private static final ComponentOptions F32 = new ComponentOptions(DeviceSpec.CPU, Precision.F32);

  public static HybridFixture load(String name, NativeRuntime runtime) {
    Fixture fixture = Fixture.open(name);
    JsonObject hybrid = hybrid(fixture);
    ModelLoader loader = new ModelLoader(runtime, () -> 0);
    return new HybridFixture(
        fixture,
        Fusion.valueOf(hybrid.get("fusion").getAsString().toUpperCase(Locale.ROOT)),
        hybrid.get("tokenizer").getAsString().equals("adapted")
            ? PromptTokenizer.LLM
            : PromptTokenizer.SLM,
        loader.loadLlm(llmFiles(fixture), F32),
        loader.loadProjector(fixture.directory().resolve("projector.safetensors"), F32),
        loader.loadSlm(fixture.directory().resolve("slm"), F32));
  }

  private static JsonObject hybrid(Fixture fixture) {
    return Fixture.json(fixture.directory().resolve("hybrid.json"));
  }

  private static Path llmFiles(Fixture fixture) {
    return fixture.directory().resolve(hybrid(fixture).get("llm").getAsString()).normalize();
  }

  public Path llmFiles() {
    return llmFiles(fixture);
  }

  public Path slmFiles() {
    return fixture.directory().resolve("slm");
  }

  public PromptFuser fuser() {
    return PromptFuser.of(promptTokenizer, llm, slm.embeddings(), projector, fusion);
  }

  public HybridLanguageModel serve(NativeRuntime runtime) {
    return new HybridModelBuilder(runtime)
        .llm(llm, llmFiles())
        .slm(projector, slm, slmFiles(), fusion)
        .promptTokenizer(promptTokenizer)
        .build();
  }

  @Override
  public void close() {
    slm.close();
    projector.close();
    llm.close();
  }
}
