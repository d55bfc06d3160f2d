package io.l2s.checkpoint;
import com.google.gson.*; import java.nio.*; import java.nio.file.*; import java.util.*; import java.io.*;
public record Checkpoint(Path directory, ConfigFile config, Map<String,TensorEntry> tensors) {
  public static Checkpoint open(Path d) { try { Map<String,TensorEntry> t=new LinkedHashMap<>(); try (var l=Files.list(d)) { l.filter(p->p.getFileName().toString().matches("model.*\\.safetensors")).forEach(p->t.putAll(SafetensorsFile.open(p).tensors())); }
    return new Checkpoint(d, ConfigFile.read(d.resolve("config.json")), t);} catch (IOException e) { throw new UncheckedIOException(e);} }
  public ByteBuffer map(TensorEntry e) { return e.map(); }
  public Path tokenizerFile() { return directory.resolve("tokenizer.json"); }
  public List<Integer> eosTokenIds() { return List.of(config.intOr("eos_token_id",1,0,1)); }
  public OptionalInt decoderStartTokenId() { return OptionalInt.empty(); }
}
