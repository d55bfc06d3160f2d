/** The LangChain4j adapter makes an l2s model a chat model of LangChain4j. */
@NullMarked
package io.l2s.langchain4j;

import org.jspecify.annotations.NullMarked;
