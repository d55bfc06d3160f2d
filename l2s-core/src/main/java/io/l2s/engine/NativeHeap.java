package io.l2s.engine;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.NativeLong;
import org.jspecify.annotations.Nullable;

/** The memory that native code has been given. Thread-safe. */
public final class NativeHeap {

  private static final @Nullable Function TRIM = find();

  private NativeHeap() {}

  /**
   * Gives pages that native code has freed back to the system. glibc keeps them otherwise, between
   * what is in use; elsewhere nothing happens.
   */
  public static void trim() {
    if (TRIM != null) {
      TRIM.invokeInt(new Object[] {new NativeLong(0)});
    }
  }

  private static @Nullable Function find() {
    try {
      return NativeLibrary.getInstance("c").getFunction("malloc_trim");
    } catch (LinkageError e) {
      return null; // No such function, or JNA itself does not load here.
    }
  }
}
