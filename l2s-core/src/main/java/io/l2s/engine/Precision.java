package io.l2s.engine;

/** The number format of a component's weights and products. */
public enum Precision {
  /** bf16 where the processor has the instructions for it, else f32. */
  AUTO,
  /** 32-bit floats; equal to the reference. */
  F32,
  /** bfloat16 weights and products, norms and softmax in f32. */
  BF16
}
