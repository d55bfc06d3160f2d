package io.l2s.autoconfigure;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.util.ResourceUtils;
import org.springframework.util.StringUtils;

/**
 * Finds {@code classpath:} locations that lie in a jar, and extracts them, since models are read
 * from files. Those in a directory of classes are files already.
 */
record ClasspathModels(ResourceLoader resources, Extraction extraction)
    implements ModelLocationResolver {

  @Override
  public Optional<Path> resolve(String location) {
    if (!location.startsWith(ResourceUtils.CLASSPATH_URL_PREFIX)) {
      return Optional.empty();
    }
    String root = StringUtils.trimTrailingCharacter(location, '/');
    try {
      Resource resource = resources.getResource(root);
      if (!resource.exists() || ResourceUtils.isFileURL(resource.getURL())) {
        return Optional.empty();
      }
      Map<String, Resource> files = below(root, resource.getURL());
      return Optional.of(
          files.isEmpty()
              ? extraction.file(String.valueOf(resource.getFilename()), resource)
              : extraction.directory(files));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot extract " + location + ": " + e.getMessage(), e);
    }
  }

  /** The files in a directory by their paths below it; none for a file. */
  private Map<String, Resource> below(String root, URL url) throws IOException {
    String prefix = StringUtils.trimTrailingCharacter(url.toString(), '/') + "/";
    Map<String, Resource> files = new TreeMap<>();
    for (Resource file : found(root + "/**")) {
      String each = file.getURL().toString();
      if (each.startsWith(prefix) && !each.endsWith("/")) {
        String path = each.substring(prefix.length());
        files.put(StringUtils.uriDecode(path, StandardCharsets.UTF_8), file);
      }
    }
    return files;
  }

  private Resource[] found(String pattern) throws IOException {
    try {
      return new PathMatchingResourcePatternResolver(resources).getResources(pattern);
    } catch (FileNotFoundException e) {
      return new Resource[0]; // A file is no root of a pattern.
    }
  }
}
