package io.l2s.faults;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.l2s.EngineException;
import io.l2s.engine.NativeRuntime;
import io.l2s.model.DecoderState;
import io.l2s.model.LlmDecoder;
import io.l2s.model.LlmEncoder;
import io.l2s.model.RewindableState;
import io.l2s.model.SlmDecoder;
import io.l2s.model.TokenBatch;
import io.l2s.model.TokenEmbedder;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Faults of the engine that a test arms: each strikes the next call of its kind once. */
final class Faults {

  /** Where a fault strikes. */
  enum Call {
    ENCODE,
    PREFILL,
    DECODE
  }

  /** What the engine does then. */
  enum Kind {
    /** It throws. */
    ERROR,
    /** It is asked for more memory than there is. */
    MEMORY,
    /** It makes the numbers of the first row NaN. */
    NOT_FINITE
  }

  private final NativeRuntime runtime;
  private final Map<Call, Queue<Kind>> armed = new EnumMap<>(Call.class);

  Faults(NativeRuntime runtime) {
    this.runtime = runtime;
    for (Call call : Call.values()) {
      armed.put(call, new ConcurrentLinkedQueue<>());
    }
  }

  void arm(Call call, Kind kind) {
    armed.get(call).add(kind);
  }

  /** Those that have not struck yet. */
  int waiting() {
    return armed.values().stream().mapToInt(Queue::size).sum();
  }

  /** Forgets those that have not struck. */
  void disarm() {
    armed.values().forEach(Queue::clear);
  }

  /** Whether the numbers that this call yields are to be NaN; throws for the other kinds. */
  private boolean strikes(Call call) {
    Kind kind = armed.get(call).poll();
    if (kind == Kind.ERROR) {
      throw new EngineException("a fault made for the test", null);
    }
    if (kind == Kind.MEMORY) {
      try (NDManager scope = runtime.newScope()) {
        scope.zeros(new Shape(1L << 44));
      }
    }
    return kind == Kind.NOT_FINITE;
  }

  LlmEncoder around(LlmEncoder real) {
    Optional<LlmDecoder> own = real.decoder().map(this::around);
    return new LlmEncoder() {
      @Override
      public int width() {
        return real.width();
      }

      @Override
      public TokenEmbedder embeddings() {
        return real.embeddings();
      }

      @Override
      public NDArray encode(NDManager scope, TokenBatch prompts) {
        boolean notFinite = strikes(Call.ENCODE);
        return spoiltIf(notFinite, real.encode(scope, prompts));
      }

      @Override
      public Optional<LlmDecoder> decoder() {
        return own;
      }
    };
  }

  private LlmDecoder around(LlmDecoder real) {
    return new LlmDecoder() {
      @Override
      public int vocabularySize() {
        return real.vocabularySize();
      }

      @Override
      public boolean rewindable() {
        return real.rewindable();
      }

      @Override
      public long stepWeights() {
        return real.stepWeights();
      }

      @Override
      public int[] penaltyPrefix(int[] promptIds) {
        return real.penaltyPrefix(promptIds);
      }

      @Override
      public DecoderState prefill(NDArray h, TokenBatch prompts) {
        boolean notFinite = strikes(Call.PREFILL);
        return around(real.prefill(spoiltIf(notFinite, h), prompts));
      }
    };
  }

  SlmDecoder around(SlmDecoder real) {
    return new SlmDecoder() {
      @Override
      public TokenEmbedder embeddings() {
        return real.embeddings();
      }

      @Override
      public int vocabularySize() {
        return real.vocabularySize();
      }

      @Override
      public boolean rewindable() {
        return real.rewindable();
      }

      @Override
      public long stepWeights() {
        return real.stepWeights();
      }

      @Override
      public int[] penaltyPrefix(int[] promptIds) {
        return real.penaltyPrefix(promptIds);
      }

      @Override
      public DecoderState prefill(NDArray inputs, int[] lengths) {
        boolean notFinite = strikes(Call.PREFILL);
        return around(real.prefill(spoiltIf(notFinite, inputs), lengths));
      }
    };
  }

  private DecoderState around(DecoderState real) {
    return new State(real.asRewindable().orElseThrow());
  }

  // Added, as the engine's own results cannot be written to.
  private static NDArray spoiltIf(boolean notFinite, NDArray rows) {
    if (!notFinite) {
      return rows;
    }
    long[] column = new long[rows.getShape().dimension()];
    Arrays.fill(column, 1);
    column[0] = rows.getShape().get(0);
    NDArray nan = rows.getManager().zeros(new Shape(column));
    nan.set(new NDIndex("0"), Float.NaN);
    return rows.add(nan);
  }

  private final class State implements RewindableState {

    private final RewindableState real;

    private State(RewindableState real) {
      this.real = real;
    }

    @Override
    public int size() {
      return real.size();
    }

    @Override
    public int[][] decodeMany(int steps) {
      boolean notFinite = strikes(Call.DECODE);
      int[][] ids = real.decodeMany(steps);
      if (notFinite) {
        ids[0][0] = NOT_FINITE;
      }
      return ids;
    }

    @Override
    public NDArray decodeOne(NDManager scope) {
      boolean notFinite = strikes(Call.DECODE);
      return spoiltIf(notFinite, real.decodeOne(scope));
    }

    @Override
    public void choose(int[] tokens) {
      real.choose(tokens);
    }

    @Override
    public NDArray verify(NDManager scope, int[] draft) {
      boolean notFinite = strikes(Call.DECODE);
      return spoiltIf(notFinite, real.verify(scope, draft));
    }

    @Override
    public void rewind(int tokens, int last) {
      real.rewind(tokens, last);
    }

    @Override
    public void reorder(int[] rows) {
      real.reorder(rows);
    }

    @Override
    public void append(DecoderState fresh) {
      real.append(fresh instanceof State other ? other.real : fresh);
    }

    @Override
    public void close() {
      real.close();
    }
  }
}
