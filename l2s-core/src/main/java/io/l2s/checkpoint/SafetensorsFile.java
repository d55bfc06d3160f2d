package io.l2s.checkpoint;
import com.google.gson.*; import java.nio.*; import java.nio.channels.*; import java.nio.file.*; import java.util.*;
public record SafetensorsFile(Map<String,TensorEntry> tensors, Map<String,String> metadata) {
  public static SafetensorsFile open(Path f) { try (FileChannel c = FileChannel.open(f)) {
    ByteBuffer b = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN); c.read(b,0); int n=(int)b.flip().getLong(); ByteBuffer h=ByteBuffer.allocate(n); c.read(h,8);
    JsonObject j=JsonParser.parseString(new String(h.array(),java.nio.charset.StandardCharsets.UTF_8)).getAsJsonObject(); Map<String,TensorEntry> t=new LinkedHashMap<>(); Map<String,String> m=new LinkedHashMap<>();
    for (var e: j.entrySet()) { if (e.getKey().equals("__metadata__")) { e.getValue().getAsJsonObject().entrySet().forEach(x->m.put(x.getKey(),x.getValue().getAsString())); continue; }
      JsonObject o=e.getValue().getAsJsonObject(); List<Long> s=new ArrayList<>(); o.getAsJsonArray("shape").forEach(x->s.add(x.getAsLong())); long a=o.getAsJsonArray("data_offsets").get(0).getAsLong(), z=o.getAsJsonArray("data_offsets").get(1).getAsLong();
      t.put(e.getKey(), new TensorEntry(e.getKey(), TensorType.valueOf(o.get("dtype").getAsString()), s, f, 8+n+a, z-a)); }
    return new SafetensorsFile(t,m); } catch (java.io.IOException e) { throw new java.io.UncheckedIOException(e);} }
}
