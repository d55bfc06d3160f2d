package io.l2s.engine;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import io.l2s.EngineException;
import io.l2s.ModelClosedException;
import io.l2s.checkpoint.FileStamp;
import io.l2s.checkpoint.TemporaryFiles;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A running model program: TorchScript source from the class path with its weights.
 *
 * <p>Arguments of its methods may be {@link NDArray}, lists of {@code NDArray} or of {@link
 * String}, {@link Integer}, {@link Double}, {@link Boolean} and {@link String}. Native thread only.
 */
public final class Program implements AutoCloseable {

  private final Model model;
  private final PtSymbolBlock block;
  private final Device device;
  // The engine keeps raw pointers into mapped weights: they must live as long as the program.
  private final List<Object> keptAlive = new ArrayList<>();
  private final Set<String> uncompiled;
  private final Map<Path, FileStamp> mapped = new ConcurrentHashMap<>();
  private volatile boolean closed;

  private Program(Model model, Device device, Set<String> compiled) {
    this.uncompiled = new HashSet<>(compiled);
    this.model = model;
    this.block = (PtSymbolBlock) model.getBlock();
    this.device = device;
  }

  /**
   * Compiles the source in {@code resource} beside {@code owner}.
   *
   * @param attributes initial values of the program's attributes
   * @throws EngineException naming the line that does not compile
   */
  public static Program load(
      Class<?> owner, String resource, Map<String, Object> attributes, Device device) {
    return load(owner, List.of(resource), attributes, device, Set.of());
  }

  /**
   * Compiles the source in {@code resources} beside {@code owner}, one behind the other: a class,
   * and further methods of it.
   *
   * @param attributes initial values of the program's attributes
   * @param compiled methods that are compiled at their first call, with the methods they call
   *     inlined; this costs 0.1 s once
   * @throws EngineException naming the line that does not compile
   */
  public static Program load(
      Class<?> owner,
      List<String> resources,
      Map<String, Object> attributes,
      Device device,
      Set<String> compiled) {
    String resource = resources.get(0);
    Path archive = null;
    Model model = Model.newInstance(resource, device, "PyTorch");
    try {
      archive = TemporaryFiles.file("l2s-", ".pt");
      ProgramArchive.write(archive, ProgramSource.read(owner, resources), attributes);
      model.load(archive);
      return new Program(model, device, compiled);
    } catch (Exception e) {
      model.close();
      throw new EngineException(resource + ": " + Natives.describe(e), e);
    } finally {
      if (archive != null) {
        TemporaryFiles.delete(archive);
      }
    }
  }

  public Device device() {
    return device;
  }

  /** Keeps the mapped weights of {@code file} until the program is closed. */
  void keepMapped(Path file, ByteBuffer weights) {
    mapped.computeIfAbsent(file, FileStamp::of);
    keptAlive.add(weights);
  }

  /** Lets go of all mapped files, as no weight of the program lies in one any longer. */
  public void releaseMapped() {
    keptAlive.clear();
    mapped.clear();
  }

  /**
   * How a file has changed whose weights are read where they lie; empty where none has or the
   * program is closed. It looks at sizes and times and reads no content. Any thread.
   */
  public Optional<String> weightsChange() {
    return mapped.values().stream().map(FileStamp::change).flatMap(Optional::stream).findFirst();
  }

  /** An arrays' scope that lives as long as the program. */
  NDManager lifetimeScope() {
    return model.getNDManager();
  }

  /** Calls a method that yields one array, which will belong to {@code scope}. */
  public NDArray tensor(NDManager scope, String method, Object... arguments) {
    try (IValue result = invoke(method, arguments)) {
      return result.toTensor((PtNDManager) scope);
    }
  }

  /** Calls a method that yields a list of arrays, which will belong to {@code scope}. */
  public List<NDArray> tensors(NDManager scope, String method, Object... arguments) {
    try (IValue result = invoke(method, arguments)) {
      return Arrays.asList(result.toTensorArray((PtNDManager) scope));
    }
  }

  /** Calls a method for its effect. */
  public void run(String method, Object... arguments) {
    invoke(method, arguments).close();
  }

  /** Calls a method that yields a number. */
  public double number(String method, Object... arguments) {
    try (IValue result = invoke(method, arguments)) {
      return result.toDouble();
    }
  }

  /** Calls {@code forward} so that gradients can flow back through it; only this method trains. */
  public NDArray forward(NDArray... inputs) {
    requireOpen();
    ComputeThreads.adapt();
    return IValueUtils.forward(block, new NDList(inputs), true).singletonOrThrow();
  }

  private IValue invoke(String method, Object... arguments) {
    requireOpen();
    ComputeThreads.adapt();
    IValue[] values = new IValue[arguments.length];
    try {
      for (int i = 0; i < arguments.length; i++) {
        values[i] = value(arguments[i]);
      }
      return uncompiled.contains(method)
          ? compilingOnce(method, values)
          : IValueUtils.runMethod(block, method, values);
    } finally {
      for (IValue value : values) {
        if (value != null) {
          value.close();
        }
      }
    }
  }

  // The engine puts the methods that a method calls into its code at the first call, and only with
  // the optimizer on; left on, it would compile for each new shape as well.
  private IValue compilingOnce(String method, IValue... values) {
    JniUtils.setGraphExecutorOptimize(true);
    try {
      IValue result = IValueUtils.runMethod(block, method, values);
      uncompiled.remove(method);
      return result;
    } finally {
      JniUtils.setGraphExecutorOptimize(false);
    }
  }

  private static IValue value(Object argument) {
    if (argument instanceof NDArray array) {
      return IValue.from((PtNDArray) array);
    } else if (argument instanceof List<?> list && list.get(0) instanceof String) {
      return texts(list);
    } else if (argument instanceof List<?> list) {
      return IValue.listFrom(list.toArray(PtNDArray[]::new));
    } else if (argument instanceof Integer number) {
      return IValue.from(number.longValue());
    } else if (argument instanceof Double number) {
      return IValue.from(number.doubleValue());
    } else if (argument instanceof Boolean flag) {
      return IValue.from(flag.booleanValue());
    } else if (argument instanceof String text) {
      return IValue.from(text);
    }
    throw new IllegalArgumentException("a program method cannot take " + argument);
  }

  private static IValue texts(List<?> list) {
    IValue[] texts = list.stream().map(text -> IValue.from((String) text)).toArray(IValue[]::new);
    try {
      return IValue.listFrom(texts);
    } finally {
      Arrays.stream(texts).forEach(IValue::close);
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new ModelClosedException();
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      block.close();
      model.close();
      keptAlive.clear();
      mapped.clear();
    }
  }
}
