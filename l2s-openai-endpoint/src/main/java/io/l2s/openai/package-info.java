/** The OpenAI endpoint answers requests in the form of OpenAI's API with l2s models. */
@NullMarked
package io.l2s.openai;

import org.jspecify.annotations.NullMarked;
