/** The sample answers clients of OpenAI's API, and its own callers by Spring AI's ChatClient. */
@NullMarked
package io.l2s.samples.chat;

import org.jspecify.annotations.NullMarked;
