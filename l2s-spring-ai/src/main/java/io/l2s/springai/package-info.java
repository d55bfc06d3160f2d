/** The Spring AI adapter makes an l2s model a Spring AI {@code ChatModel}. */
@NullMarked
package io.l2s.springai;

import org.jspecify.annotations.NullMarked;
