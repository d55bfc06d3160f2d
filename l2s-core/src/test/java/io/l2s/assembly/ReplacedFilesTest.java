package io.l2s.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import io.l2s.Bundle;
import io.l2s.Fixture;
import io.l2s.ModelLoadException;
import io.l2s.OnEngine;
import io.l2s.Precision;
import io.l2s.Route;
import io.l2s.checkpoint.BundleManifest;
import io.l2s.checkpoint.KnownDigests;
import io.l2s.checkpoint.StrictJson;
import io.l2s.engine.DeviceSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of a bundle that are replaced after their digests were compared. */
class ReplacedFilesTest extends OnEngine {

  private static final String LLM = "../t5-llm/";

  /** Settings that a model has defaults for. */
  private static final String OPTIONAL = "slm/generation_config.json";

  private static final ComponentOptions F32 = new ComponentOptions(DeviceSpec.CPU, Precision.F32);

  @TempDir private Path directory;
  private Path bundle;
  private final KnownDigests digests = new KnownDigests();

  @BeforeEach
  void bundleWithDigests() throws IOException {
    Fixture.copy("t5-llm", directory);
    bundle = Fixture.copy("hybrid-a-t5-t5-add", directory);
    Fixture.copy("hybrid-a-t5-t5-add/slm", directory);
    JsonObject manifest = StrictJson.read(bundle.resolve(Bundle.FILE));
    manifest.add(BundleManifest.SHA256, BundleManifest.digests(bundle, files(), ""));
    Files.writeString(bundle.resolve(Bundle.FILE), manifest.toString());
  }

  private List<Path> files() {
    return Stream.of(
            LLM + "model.safetensors",
            LLM + "config.json",
            LLM + "tokenizer.json",
            "slm/model.safetensors",
            "slm/config.json",
            "slm/tokenizer.json",
            OPTIONAL,
            "projector.safetensors")
        .map(bundle::resolve)
        .toList();
  }

  @Test
  void aBundleWhoseFilesStayTheSameServes() {
    build(opened());
  }

  @ParameterizedTest
  @ValueSource(strings = {LLM + "model.safetensors", LLM + "config.json", "slm/model.safetensors"})
  void aFileThatIsReplacedBeforeItIsOpenedIsRefused(String name) throws IOException {
    ModelFiles files = ModelFiles.of(BundleReader.open(bundle, digests));

    replace(name);

    assertRefused(name, () -> ModelParts.open(files, digests));
  }

  @ParameterizedTest
  @ValueSource(strings = {LLM + "tokenizer.json", "slm/tokenizer.json", "projector.safetensors"})
  void aFileThatIsReadLaterIsRefusedWhereItHasBeenReplaced(String name) throws IOException {
    ModelParts parts = opened();

    replace(name);

    assertRefused(name, () -> build(parts));
  }

  @Test
  void aFileThatIsDeletedIsRefusedThoughAModelCanDoWithoutIt() throws IOException {
    ModelParts parts = opened();

    Files.delete(bundle.resolve(OPTIONAL));

    assertRefused(OPTIONAL, () -> build(parts));
  }

  @Test
  void aFileOfAnotherModelMayChange() throws IOException {
    ModelFiles files = ModelFiles.of(BundleReader.open(bundle, digests));
    replace("slm/config.json");

    build(ModelParts.open(files.forRoutes(Set.of(Route.LLM_ONLY)), digests));
  }

  private ModelParts opened() {
    return ModelParts.open(ModelFiles.of(BundleReader.open(bundle, digests)), digests);
  }

  private static void build(ModelParts parts) {
    ModelLoader loader = new ModelLoader(runtime, runtime.devices());
    PartOptions options = new PartOptions(F32, F32, F32);
    try (LoadedComponents components = new LoadedComponents(loader, parts, options)) {
      new HybridModelBuilder(runtime).model(parts, components).build().close();
    }
  }

  private void replace(String name) throws IOException {
    Path file = bundle.resolve(name);
    Path other = Files.copy(file, directory.resolve("other"));
    Files.move(other, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private void assertRefused(String name, ThrowingCallable work) {
    assertThatThrownBy(work)
        .isInstanceOfSatisfying(
            ModelLoadException.class,
            failure -> assertThat(failure.location()).isEqualTo(bundle.resolve(name).normalize()));
  }
}
