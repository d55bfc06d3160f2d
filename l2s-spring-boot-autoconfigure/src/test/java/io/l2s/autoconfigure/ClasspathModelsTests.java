package io.l2s.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.l2s.Bundle;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;

/** Models on the class path, in a jar as in a directory of classes. */
@ExtendWith(OutputCaptureExtension.class)
class ClasspathModelsTests {

  private static final String LOCATION = "classpath:models/pair";

  @TempDir private Path directory;

  @Test
  void aModelInAJarIsExtractedOnceAndServes(CapturedOutput output) throws IOException {
    try (URLClassLoader loader = new URLClassLoader(new URL[] {jar("one").toUri().toURL()})) {
      Path first = resolve(loader);
      assertThat(first).isDirectoryContaining(file -> file.endsWith("l2s.json"));
      assertThat(resolve(loader)).isEqualTo(first);
      assertThat(output.getOut().lines().filter(line -> line.contains("Extracted"))).hasSize(1);
      Models.RUNNER
          .withClassLoader(loader)
          .withPropertyValues("l2s.bundle=" + LOCATION, "l2s.warm-up=false")
          .withBean(
              ModelLocationResolver.class, () -> new ClasspathModels(resources(loader), copies()))
          .run(context -> assertThat(context.getBean(Bundle.class).directory()).isEqualTo(first));
    }
  }

  @Test
  void anotherContentGetsAnotherDirectory() throws IOException {
    try (URLClassLoader one = new URLClassLoader(new URL[] {jar("one").toUri().toURL()});
        URLClassLoader two = new URLClassLoader(new URL[] {jar("two").toUri().toURL()})) {
      assertThat(resolve(one)).isNotEqualTo(resolve(two));
    }
  }

  @Test
  void anIncompleteCopyIsReplaced() throws IOException {
    try (URLClassLoader loader = new URLClassLoader(new URL[] {jar("one").toUri().toURL()})) {
      Path copy = resolve(loader);
      Files.writeString(copy.resolve("note.txt"), "");
      assertThat(resolve(loader).resolve("note.txt")).hasContent("one");
      try (Stream<Path> left = Files.list(directory.resolve("copies"))) {
        assertThat(left).containsExactly(copy);
      }
    }
  }

  @Test
  void aCopyThatAnotherInstanceHasMadeMeanwhileStays() throws IOException {
    Path file = Files.writeString(directory.resolve("note.txt"), "one");
    List<Object> made = new ArrayList<>();
    AtomicInteger opened = new AtomicInteger();
    Resource slow =
        new FileSystemResource(file) {
          @Override
          public InputStream getInputStream() throws IOException {
            // The first time is for the checksum, the second for the copy.
            if (opened.incrementAndGet() == 2) {
              made.add(key(copies().file("note.txt", new FileSystemResource(file))));
            }
            return super.getInputStream();
          }
        };
    Path copy = copies().file("note.txt", slow);
    assertThat(opened).hasValue(2);
    assertThat(copy).hasContent("one");
    assertThat(made).containsExactly(key(copy));
  }

  private static Object key(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
  }

  @Test
  void oneFileIsExtractedByItsName() throws IOException {
    try (URLClassLoader loader = new URLClassLoader(new URL[] {jar("one").toUri().toURL()})) {
      Path file =
          new ClasspathModels(resources(loader), copies())
              .resolve(LOCATION + "/note.txt")
              .orElseThrow();
      assertThat(file).hasFileName("note.txt").hasContent("one");
    }
  }

  @Test
  void aDirectoryOfClassesIsReadWhereItIs() throws IOException {
    Path classes = directory.resolve("classes");
    Files.createDirectories(classes.resolve("models/pair"));
    try (URLClassLoader loader = new URLClassLoader(new URL[] {classes.toUri().toURL()})) {
      assertThat(new ClasspathModels(resources(loader), copies()).resolve(LOCATION)).isEmpty();
    }
  }

  @Test
  void whatIsNotOnTheClassPathIsNamedWithItsProperty() {
    Models.RUNNER
        .withPropertyValues("l2s.bundle=classpath:models/none")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .hasMessageContaining("models/none")
                    .hasMessageContaining("does not exist"));
  }

  @Test
  void aBeanOfTheApplicationFindsModelsElsewhere() {
    Models.RUNNER
        .withPropertyValues("l2s.bundle=store://pair", "l2s.warm-up=false")
        .withBean(
            ModelLocationResolver.class,
            () ->
                location ->
                    location.equals("store://pair") ? Optional.of(Models.BUNDLE) : Optional.empty())
        .run(
            context ->
                assertThat(context.getBean(Bundle.class).directory())
                    .isEqualTo(Models.BUNDLE.toAbsolutePath().normalize()));
  }

  private Path resolve(ClassLoader loader) {
    return new ClasspathModels(resources(loader), copies()).resolve(LOCATION).orElseThrow();
  }

  private Extraction copies() {
    return new Extraction(directory.resolve("copies"));
  }

  private static DefaultResourceLoader resources(ClassLoader loader) {
    return new DefaultResourceLoader(loader);
  }

  /** A jar with a bundle that holds all its parts. */
  private Path jar(String note) throws IOException {
    Path jar = directory.resolve(note + ".jar");
    try (OutputStream out = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (String parent : List.of("models/", "models/pair/")) {
        zip.putNextEntry(new ZipEntry(parent));
      }
      String manifest = Files.readString(Models.BUNDLE.resolve(Bundle.FILE));
      add(zip, Bundle.FILE, manifest.replace("../t5-llm", "llm").getBytes());
      add(zip, "note.txt", note.getBytes());
      add(zip, "projector.safetensors", Files.readAllBytes(Models.PROJECTOR));
      add(zip, Models.LLM, "llm/");
      add(zip, Models.SLM, "slm/");
    }
    return jar;
  }

  private static void add(ZipOutputStream zip, String name, byte[] content) throws IOException {
    zip.putNextEntry(new ZipEntry("models/pair/" + name));
    zip.write(content);
  }

  private static void add(ZipOutputStream zip, Path directory, String prefix) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        add(zip, prefix + directory.relativize(file), Files.readAllBytes(file));
      }
    }
  }
}
