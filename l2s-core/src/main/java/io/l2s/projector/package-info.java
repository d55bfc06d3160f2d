/** The projector maps the LLM's prompt features into the SLM's embedding space. */
@NullMarked
package io.l2s.projector;

import org.jspecify.annotations.NullMarked;
