package io.l2s.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.l2s.engine.NativeRuntime;
import io.l2s.engine.Program;
import java.util.Arrays;

/** Arrays of prompts on the device of a program. Native thread only. */
record ProgramInputs(NativeRuntime runtime, Program program) {

  /** {@code [batch, maxLength]}, 0 beyond a prompt's length. */
  NDArray ids(NDManager scope, TokenBatch prompts) {
    Shape shape = new Shape(prompts.size(), prompts.maxLength());
    return onDevice(scope, scope.create(prompts.padded(0), shape));
  }

  /** One number a row: {@code [batch]}. */
  NDArray numbers(NDManager scope, int[] numbers) {
    long[] wide = Arrays.stream(numbers).asLongStream().toArray();
    return onDevice(scope, scope.create(wide, new Shape(wide.length)));
  }

  /** 1 at the positions of each prompt, 0 beyond: {@code [batch, width]}. */
  NDArray mask(NDManager scope, int[] lengths, long width) {
    return onDevice(scope, PromptMask.of(scope, lengths, width));
  }

  /** {@code array}, or a copy that belongs to {@code scope}. */
  NDArray onDevice(NDManager scope, NDArray array) {
    if (array.getDevice().equals(program.device())) {
      return array;
    }
    NDArray moved = array.toDevice(program.device(), true);
    moved.attach(scope);
    return moved;
  }

  /** The program's input embeddings. */
  TokenEmbedder embeddings(int width) {
    return new TokenEmbedder() {
      @Override
      public int width() {
        return width;
      }

      @Override
      public NDArray embed(NDManager scope, TokenBatch prompts) {
        try (NDManager temporary = runtime.newScope()) {
          return program.tensor(scope, "embed", ids(temporary, prompts));
        }
      }
    };
  }
}
