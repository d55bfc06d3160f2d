package io.l2s.autoconfigure.observation;

import io.l2s.FeatureCacheStatistics;
import io.l2s.HybridLanguageModel;
import io.l2s.ServingOptions;
import io.l2s.ServingStatistics;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.search.Search;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Queue, batch and feature cache of one model.
 *
 * @param name the model's name, a tag of each meter
 */
record ModelMeters(String name, HybridLanguageModel model, ServingOptions options)
    implements MeterBinder {

  private static final List<String> PREFIXES =
      List.of("l2s.queue.", "l2s.batch.", "l2s.decode.", "l2s.feature.cache.");

  @Override
  public void bindTo(MeterRegistry registry) {
    Tags tags = Tags.of("l2s.model", name);
    serving("l2s.queue.waiting", ServingStatistics::waiting)
        .description("Requests in the queue")
        .baseUnit("requests")
        .tags(tags)
        .register(registry);
    Gauge.builder("l2s.queue.capacity", options, ServingOptions::queueCapacity)
        .description("Requests that may wait; further ones are refused")
        .baseUnit("requests")
        .tags(tags)
        .strongReference(true)
        .register(registry);
    serving("l2s.batch.sequences", ServingStatistics::decoding)
        .description("Sequences in the running batches")
        .baseUnit("sequences")
        .tags(tags)
        .register(registry);
    counter("l2s.decode.calls", each -> each.servingStatistics().decodeCalls())
        .description("Native calls that made decode steps")
        .baseUnit("calls")
        .tags(tags)
        .register(registry);
    counter("l2s.decode.sequences", each -> each.servingStatistics().decodedSequences())
        .description("Sequences of these calls; divided by the calls, the mean batch")
        .baseUnit("sequences")
        .tags(tags)
        .register(registry);
    bindFeatureCache(registry, tags);
  }

  /** Removes the meters of the model of this name. */
  static void remove(String name, MeterRegistry registry) {
    Search.in(registry)
        .name(each -> PREFIXES.stream().anyMatch(each::startsWith))
        .tag("l2s.model", name)
        .meters()
        .forEach(registry::remove);
  }

  private void bindFeatureCache(MeterRegistry registry, Tags tags) {
    counter("l2s.feature.cache.gets", each -> each.featureCacheStatistics().hits())
        .description("Prompts looked up in the feature cache")
        .tags(tags.and("result", "hit"))
        .register(registry);
    counter("l2s.feature.cache.gets", each -> each.featureCacheStatistics().misses())
        .description("Prompts looked up in the feature cache")
        .tags(tags.and("result", "miss"))
        .register(registry);
    counter("l2s.feature.cache.evictions", each -> each.featureCacheStatistics().evictions())
        .description("Prompts whose features were dropped to make room")
        .tags(tags)
        .register(registry);
    cache("l2s.feature.cache.size", FeatureCacheStatistics::entries)
        .description("Prompts whose features are kept")
        .tags(tags)
        .register(registry);
    cache("l2s.feature.cache.memory", FeatureCacheStatistics::bytes)
        .description("Memory of the features that are kept")
        .baseUnit(BaseUnits.BYTES)
        .tags(tags)
        .register(registry);
  }

  private Gauge.Builder<HybridLanguageModel> serving(
      String name, ToDoubleFunction<ServingStatistics> value) {
    return Gauge.builder(name, model, each -> value.applyAsDouble(each.servingStatistics()))
        .strongReference(true);
  }

  private Gauge.Builder<HybridLanguageModel> cache(
      String name, ToDoubleFunction<FeatureCacheStatistics> value) {
    return Gauge.builder(name, model, each -> value.applyAsDouble(each.featureCacheStatistics()))
        .strongReference(true);
  }

  private FunctionCounter.Builder<HybridLanguageModel> counter(
      String name, ToDoubleFunction<HybridLanguageModel> value) {
    return FunctionCounter.builder(name, model, value);
  }
}
