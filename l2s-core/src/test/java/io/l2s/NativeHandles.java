package io.l2s;

import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDManager;
import java.lang.reflect.Field;
import java.util.Map;

/** Scopes, arrays and programs that live on the engine. */
public final class NativeHandles {

  private NativeHandles() {}

  /**
   * All handles of the engine, {@code scope} and what it holds included.
   *
   * @param scope directly on the engine
   */
  public static int count(NDManager scope) {
    try {
      return held(scope.getParentManager());
    } catch (ReflectiveOperationException e) {
      throw new AssertionError("DJL keeps its resources elsewhere now", e);
    }
  }

  private static int held(Object resource) throws ReflectiveOperationException {
    if (!(resource instanceof BaseNDManager manager)) {
      return 1;
    }
    Field resources = BaseNDManager.class.getDeclaredField("resources");
    resources.setAccessible(true);
    int held = 1;
    for (Object each : ((Map<?, ?>) resources.get(manager)).values()) {
      held += held(each);
    }
    return held;
  }
}
