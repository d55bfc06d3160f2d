package io.l2s.autoconfigure;

import io.l2s.LanguageModel;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.analyzer.AbstractInjectionFailureAnalyzer;
import org.springframework.core.Ordered;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.Order;

/** Explains an injection of one model where several are configured; Boot knows no names of them. */
@Order(Ordered.HIGHEST_PRECEDENCE)
class AmbiguousModelFailureAnalyzer
    extends AbstractInjectionFailureAnalyzer<NoUniqueBeanDefinitionException> {

  @Override
  protected @Nullable FailureAnalysis analyze(
      Throwable rootFailure, NoUniqueBeanDefinitionException cause, @Nullable String description) {
    ResolvableType type = cause.getResolvableType();
    Collection<String> beans = cause.getBeanNamesFound();
    if (type == null || beans == null) {
      return null;
    }
    Class<?> wanted = type.toClass();
    if (!LanguageModel.class.isAssignableFrom(wanted)) {
      return null;
    }
    List<String> configured =
        beans.stream().flatMap(AmbiguousModelFailureAnalyzer::model).sorted().toList();
    if (configured.isEmpty()) {
      return null;
    }
    return new FailureAnalysis(
        "%s needs one %s, but the application has several: %s."
            .formatted(
                description == null ? "A bean" : description,
                wanted.getSimpleName(),
                String.join(", ", new TreeSet<>(beans))),
        "Set l2s.primary to one of %s, which is then injected where no name is given; or name a"
                .formatted(String.join(", ", configured))
            + " model at each injection, as in @Qualifier(\""
            + configured.get(0)
            + "\").",
        cause);
  }

  /** The name of the configured model whose bean is {@code bean}; empty for other beans. */
  private static Stream<String> model(String bean) {
    if (bean.equals(ModelNames.DEFAULT_BEAN)) {
      return Stream.of(ModelNames.DEFAULT);
    }
    String prefix = ModelNames.DEFAULT_BEAN + ".";
    return bean.startsWith(prefix) ? Stream.of(bean.substring(prefix.length())) : Stream.empty();
  }
}
