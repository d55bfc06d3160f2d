package io.l2s.checkpoint;
import java.util.*; import java.util.function.*;
public final class TensorCheck { public static void check(Checkpoint c, Map<String,List<Long>> e, Predicate<String> i) { e.forEach((n,s)->{ if(!c.tensors().get(n).shape().equals(s)) throw new IllegalStateException(n);}); } }
