package io.l2s.autoconfigure;

import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;

/**
 * The properties {@code l2s.*} that all models share.
 *
 * @param primary Name of the model that is injected where no qualifier names one. Defaults to that
 *     of l2s.bundle or l2s.llm.location where it is there.
 * @param models Further models by name, each with the properties that a single model has under l2s.
 *     The name is the qualifier of the model's bean.
 * @param threads Most threads that compute together: auto or a number. Auto takes as many as this
 *     JVM has cores, and one for small models that are faster so; a number above that of the cores
 *     counts as that. On Linux there are fewer while other processes use the cores, except with the
 *     wait active.
 * @param threadsWait How a thread waits for the others: auto, active, passive or a number of turns
 *     to spin before it sleeps. Auto spins shortly, unless GOMP_SPINCOUNT or OMP_WAIT_POLICY is in
 *     the environment. Choose active on cores that nobody shares. Takes effect on Linux.
 * @param checkMemory Whether the memory that weights and batches need is compared with the memory
 *     that is available before any weight is read. Without enough a model does not load.
 * @param allowedRoots Directories in which models may lie, with symbolic links resolved. A model
 *     with a file elsewhere is refused. Models of the class path are always allowed. Empty allows
 *     every directory.
 * @param requireDigests Whether every model must be a bundle whose l2s.json has a sha256 entry for
 *     each file.
 */
@ConfigurationProperties("l2s")
record L2sProperties(
    String primary,
    @DefaultValue Map<String, ModelProperties> models,
    @DefaultValue("auto") String threads,
    @Name("threads.wait") @DefaultValue("auto") String threadsWait,
    @DefaultValue("true") boolean checkMemory,
    @DefaultValue List<String> allowedRoots,
    @DefaultValue("false") boolean requireDigests,
    @DefaultValue Natives natives) {

  /**
   * The native library.
   *
   * @param download Whether the native library may be downloaded if it is not on the class path.
   */
  record Natives(@DefaultValue("false") boolean download) {}
}
