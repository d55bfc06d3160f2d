package io.l2s.assembly;

import io.l2s.Precision;

/**
 * A component of a served model, and how it runs.
 *
 * @param family the checkpoint's {@code model_type}, or {@code projector}
 * @param parameters number of its weights
 * @param precision number format of its products, never AUTO
 * @param device {@code cpu} or {@code gpu:n}
 */
public record ComponentDescription(
    String family, long parameters, Precision precision, String device) {}
