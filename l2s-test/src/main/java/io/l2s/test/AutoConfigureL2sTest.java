package io.l2s.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;

/**
 * Puts a {@link FakeHybridLanguageModel} in the place of each model that l2s would configure, on a
 * test class with {@code @SpringBootTest}, {@code @WebMvcTest} or another slice. No weights are
 * read and no native library is needed. The model of {@code l2s.*} becomes one fake; each of {@code
 * l2s.models} becomes one with its name as qualifier. Circuit breakers, meters and observations do
 * not wrap a fake. A model bean of the application stays.
 *
 * <p>What {@code l2s.web.*} configures is there in {@code @WebMvcTest} too, such as problem
 * details.
 *
 * <p>Each fake forgets its answers and calls after each test.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ImportAutoConfiguration
public @interface AutoConfigureL2sTest {}
