package io.l2s.evaluation;
import java.io.*; import java.nio.file.*; import java.util.*; import java.util.zip.*;
public final class PairFile { public record Pair(String source,String target) {}
 public static List<Pair> read(Path p) { try (BufferedReader r=new BufferedReader(new InputStreamReader(p.toString().endsWith(".gz")?new GZIPInputStream(Files.newInputStream(p)):Files.newInputStream(p),"UTF-8"))) { List<Pair> o=new ArrayList<>(); String l; while((l=r.readLine())!=null){String[] a=l.split("\t"); o.add(new Pair(a[0],a[1]));} return o;} catch(IOException e){throw new UncheckedIOException(e);} } }
