package io.l2s.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes a model program as a TorchScript archive: a stored zip that holds the source and the
 * attributes of its one object, as {@code torch.jit.load} reads it.
 *
 * <p>Attributes may be {@link Boolean}, {@link Integer}, {@link Double}, {@link String}, lists of
 * these, and empty lists and maps, which the program fills.
 */
final class ProgramArchive {

  private ProgramArchive() {}

  static void write(Path file, String source, Map<String, Object> attributes) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      entry(zip, "m/data.pkl", pickledObject(attributes));
      entry(zip, "m/code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
      entry(zip, "m/constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
      entry(zip, "m/version", "10\n".getBytes(StandardCharsets.US_ASCII));
    }
  }

  private static void entry(ZipOutputStream zip, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    CRC32 crc = new CRC32();
    crc.update(content);
    entry.setCrc(crc.getValue());
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  // Opcodes of pickle protocol 2; see Python's pickletools.
  private static byte[] pickledObject(Map<String, Object> attributes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0x80);
    out.write(2);
    out.writeBytes("c__torch__\nM\n".getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(new byte[] {')', (byte) 0x81, '}', '('});
    attributes.forEach(
        (name, value) -> {
          text(out, name);
          value(out, value);
        });
    out.writeBytes(new byte[] {'u', 'b', '.'});
    return out.toByteArray();
  }

  private static void value(ByteArrayOutputStream out, Object value) {
    if (value instanceof Boolean flag) {
      out.write(flag ? 0x88 : 0x89);
    } else if (value instanceof Integer number) {
      out.write('J');
      out.writeBytes(littleEndian(number));
    } else if (value instanceof Double number) {
      out.write('G');
      out.writeBytes(ByteBuffer.allocate(8).putDouble(number).array());
    } else if (value instanceof String text) {
      text(out, text);
    } else if (value instanceof List<?> list) {
      out.write(']');
      out.write('(');
      list.forEach(element -> value(out, element));
      out.write('e');
    } else if (value instanceof Map<?, ?> map && map.isEmpty()) {
      out.write('}');
    } else {
      throw new IllegalArgumentException("a program attribute cannot hold " + value);
    }
  }

  private static void text(ByteArrayOutputStream out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.write('X');
    out.writeBytes(littleEndian(bytes.length));
    out.writeBytes(bytes);
  }

  private static byte[] littleEndian(int value) {
    return ByteBuffer.allocate(4).putInt(Integer.reverseBytes(value)).array();
  }
}
