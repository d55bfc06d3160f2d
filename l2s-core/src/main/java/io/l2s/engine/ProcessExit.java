package io.l2s.engine;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends a process that may have loaded the engine. */
public final class ProcessExit {

  private static final Logger LOG = LoggerFactory.getLogger(ProcessExit.class);

  private ProcessExit() {}

  /**
   * Ends the JVM as {@link System#exit} does, shutdown hooks included. The engine's libraries then
   * take 0.15 s to take back their tables of operators, which end with the process anyway. The C
   * library runs its latest exit function first, so an exit function that ends the process at once
   * leaves that out, with glibc; other C libraries lack on_exit and take that time. Exit functions
   * that native code has registered earlier do not run either. The process ends with the exit code
   * of the first call of {@link System#exit}: a signal may have made one before.
   *
   * @param exitCode 0 to 255
   */
  public static void exit(int exitCode) {
    if (Natives.areLoaded()) {
      leaveOutDestructors();
    }
    System.exit(exitCode);
  }

  // glibc passes the exit code to a function of on_exit, so _exit(exit code) is called with it.
  private static void leaveOutDestructors() {
    try {
      NativeLibrary libc = NativeLibrary.getInstance("c");
      Function onExit = libc.getFunction("on_exit"); // (function, its second argument)
      Function exitNow = libc.getFunction("_exit"); // (exit code)
      onExit.invokeInt(new Object[] {exitNow, Pointer.NULL});
    } catch (LinkageError e) {
      LOG.debug("The process ends with the engine's destructors: {}", e.toString());
    }
  }
}
