/** A training run fits a projector and an SLM to pairs and writes them as a bundle. */
@NullMarked
package io.l2s.training;

import org.jspecify.annotations.NullMarked;
