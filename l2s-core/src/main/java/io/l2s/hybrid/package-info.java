/** Prompt fusion joins the LLM's prompt features with the SLM's embeddings. */
@NullMarked
package io.l2s.hybrid;

import org.jspecify.annotations.NullMarked;
