package io.l2s.checkpoint;
import com.google.gson.*; import java.nio.*; import java.nio.channels.*; import java.nio.file.*; import java.util.*;
public final class SafetensorsWriter {
  public static void write(Path file, Map<String,String> meta, List<TensorData> ts) { try {
    JsonObject h=new JsonObject(); JsonObject m=new JsonObject(); meta.forEach(m::addProperty); h.add("__metadata__",m); long o=0;
    for (TensorData t: ts) { JsonObject e=new JsonObject(); e.addProperty("dtype",t.type().name()); JsonArray s=new JsonArray(); t.shape().forEach(s::add); e.add("shape",s); JsonArray d=new JsonArray(); d.add(o); o+=t.data().remaining(); d.add(o); e.add("data_offsets",d); h.add(t.name(),e);}    
    byte[] b=h.toString().getBytes("UTF-8"); int n=(b.length+7)/8*8; ByteBuffer hb=ByteBuffer.allocate(8+n).order(ByteOrder.LITTLE_ENDIAN); hb.putLong(n).put(b); while(hb.hasRemaining()) hb.put((byte)' '); hb.flip();
    Path tmp=file.resolveSibling(file.getFileName()+".tmp");
    try (FileChannel c=FileChannel.open(tmp,StandardOpenOption.CREATE,StandardOpenOption.TRUNCATE_EXISTING,StandardOpenOption.WRITE)) { while(hb.hasRemaining()) c.write(hb); for (TensorData t: ts) { ByteBuffer d=t.data().duplicate(); while(d.hasRemaining()) c.write(d);} c.force(true);} 
    Files.move(tmp,file,StandardCopyOption.REPLACE_EXISTING,StandardCopyOption.ATOMIC_MOVE);
  } catch (java.io.IOException e) { throw new java.io.UncheckedIOException(e);} }
}
