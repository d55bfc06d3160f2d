/**
 * The Llama family (Llama, Qwen2, Qwen3, Mistral) supplies a program, a weight table and a config
 * record.
 */
@NullMarked
package io.l2s.model.llama;

import org.jspecify.annotations.NullMarked;
