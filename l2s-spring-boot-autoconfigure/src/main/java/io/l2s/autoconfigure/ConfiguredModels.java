package io.l2s.autoconfigure;

import io.l2s.Bundle;
import io.l2s.HybridLanguageModel;
import io.l2s.ServingOptions;
import io.l2s.assembly.BundleReader;
import io.l2s.assembly.ModelFiles;
import io.l2s.assembly.ModelLoader;
import io.l2s.assembly.ModelParts;
import io.l2s.checkpoint.KnownDigests;
import java.util.Objects;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/** Makes the models that properties configure. */
record ConfiguredModels(
    L2sProperties properties,
    ModelLocations locations,
    FileAdmission admission,
    ObjectProvider<ModelLoader> loader,
    HybridLanguageModelFactory factory,
    ConfigurableListableBeanFactory beans) {

  /** The model of {@code l2s.models.<name>}. */
  HybridLanguageModel named(String name) {
    ConfiguredModel model =
        new ConfiguredModel(name, Objects.requireNonNull(properties.models().get(name)));
    OwnParts own = new QualifiedParts(beans, name);
    ServingOptions options =
        own.find(ServingOptions.class).orElseGet(() -> ConfiguredOptions.serving(model));
    ModelSource source =
        (bounds, responsiveness) ->
            factory.assembly(name).assemble(files(model, own), bounds, responsiveness);
    return factory.create(ModelSettings.of(model, options), source, source);
  }

  /** The model of {@code l2s.*}, whose parts are beans until it is reloaded. */
  HybridLanguageModel single(ConfiguredModel model, ServingOptions options, PartBeans parts) {
    String name = model.name();
    return factory.create(
        ModelSettings.of(model, options),
        (bounds, responsiveness) -> factory.assembly(name).assemble(parts, bounds, responsiveness),
        (bounds, responsiveness) ->
            factory.assembly(name).assemble(reopened(model, parts), bounds, responsiveness));
  }

  private PartFiles files(ConfiguredModel model, OwnParts own) {
    KnownDigests digests = new KnownDigests();
    Optional<Bundle> bundle =
        own.find(Bundle.class)
            .or(
                () ->
                    Optional.ofNullable(model.properties().bundle())
                        .map(location -> ConfiguredBundle.open(model, locations, digests)));
    return files(model, bundle, own, digests);
  }

  private PartFiles reopened(ConfiguredModel model, PartBeans parts) {
    KnownDigests digests = new KnownDigests();
    Optional<Bundle> bundle =
        parts
            .bundle()
            .map(Bundle::directory)
            .map(directory -> BundleReader.open(directory, digests));
    return files(model, bundle, new UnqualifiedParts(beans), digests);
  }

  private PartFiles files(
      ConfiguredModel model, Optional<Bundle> bundle, OwnParts own, KnownDigests digests) {
    ModelFiles files =
        admission.admit(model.name(), bundle, ConfiguredFiles.of(model, bundle, locations));
    return new PartFiles(
        ConfiguredOptions.parts(model),
        bundle,
        ModelParts.open(files, digests),
        own,
        loader.getObject());
  }
}
