package io.l2s.checkpoint;
import com.google.gson.*; import java.nio.file.*;
public record ConfigFile(Path file, JsonObject json) {
  public static ConfigFile read(Path p) { try { return new ConfigFile(p, JsonParser.parseString(Files.readString(p)).getAsJsonObject()); } catch (java.io.IOException e) { throw new java.io.UncheckedIOException(e);} }
  public String modelType() { return json.get("model_type").getAsString(); }
  public int requiredInt(String n,int a,int b) { return json.get(n).getAsInt(); }
  public int intOr(String n,int f,int a,int b) { return json.has(n)?json.get(n).getAsInt():f; }
  public double doubleOr(String n,double f) { return json.has(n)?json.get(n).getAsDouble():f; }
  public boolean booleanOr(String n,boolean f) { return json.has(n)?json.get(n).getAsBoolean():f; }
  public String stringOr(String n,String f) { return json.has(n)?json.get(n).getAsString():f; }
}
