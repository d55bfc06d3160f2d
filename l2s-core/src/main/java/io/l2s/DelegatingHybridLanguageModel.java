package io.l2s;

import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A model that passes everything on to another one. A decorator extends it and overrides {@link
 * #submit}, through which every request goes.
 */
public abstract class DelegatingHybridLanguageModel implements HybridLanguageModel {

  private final HybridLanguageModel delegate;

  protected DelegatingHybridLanguageModel(HybridLanguageModel delegate) {
    this.delegate = Objects.requireNonNull(delegate, "delegate");
  }

  /** The model that gets everything. */
  protected final HybridLanguageModel delegate() {
    return delegate;
  }

  @Override
  public GenerationHandle submit(GenerationRequest request, GenerationListener listener) {
    return delegate.submit(request, listener);
  }

  @Override
  public Set<Route> routes() {
    return delegate.routes();
  }

  @Override
  public boolean hasChatTemplate() {
    return delegate.hasChatTemplate();
  }

  @Override
  public FeatureCacheStatistics featureCacheStatistics() {
    return delegate.featureCacheStatistics();
  }

  @Override
  public ServingStatistics servingStatistics() {
    return delegate.servingStatistics();
  }

  @Override
  public Optional<PromptTemplate> promptTemplate() {
    return delegate.promptTemplate();
  }

  @Override
  public String promptFor(String source) {
    return delegate.promptFor(source);
  }

  @Override
  public void close() {
    delegate.close();
  }
}
