/** Training fits a projector and an SLM to pairs of prompts and targets. */
@NullMarked
package io.l2s.training;

import org.jspecify.annotations.NullMarked;
