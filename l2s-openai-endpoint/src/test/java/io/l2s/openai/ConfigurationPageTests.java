package io.l2s.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URL;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.util.ClassUtils;

/**
 * The tables in docs/configuration.md are those of the configuration metadata. This module is the
 * last one with properties, so it has the metadata of all on its class path.
 */
class ConfigurationPageTests {

  private static final Path PAGE = Path.of("../docs/configuration.md");
  private static final String METADATA = "META-INF/spring-configuration-metadata.json";
  private static final String BEGIN =
      "<!-- The test ConfigurationPageTests writes what follows. -->";

  private static final String REMEDY =
      "docs/configuration.md is stale; write it anew by ./mvnw -q -pl l2s-openai-endpoint -am test"
          + " -Dtest=ConfigurationPageTests -Dsurefire.failIfNoSpecifiedTests=false"
          + " -Dl2s.docs.write=true";

  /** Headings of the sections by the class of their properties, in the order of the page. */
  private static final Map<String, String> HEADINGS =
      Map.ofEntries(
          Map.entry("ModelProperties", "1 A model"),
          Map.entry("L2sProperties", "2 All models"),
          Map.entry("L2sWebProperties", "3 Web"),
          Map.entry("OpenAiProperties", "4 OpenAI-compatible endpoint"),
          Map.entry("L2sObservationProperties", "5 Observations"));

  private static final Map<String, String> TYPES =
      Map.of(
          "String", "text",
          "Integer", "whole number",
          "Float", "number",
          "Boolean", "`true` or `false`",
          "Duration", "duration",
          "DataSize", "size",
          "Access", "`none`, `read-only`, `unrestricted`");

  private static final Pattern PREFIX =
      Pattern.compile("(?m)^@ConfigurationProperties\\((?:prefix = )?\"(l2s[^\"]*)\"");

  private static final List<Property> PROPERTIES = new ArrayList<>();

  private record Property(String section, String name, String type, String value, String text) {

    String row() {
      return "| `" + name + "` | " + type + " | " + value + " | " + text + " |";
    }
  }

  @BeforeAll
  static void readTheProperties() throws IOException {
    ClassLoader loader = ConfigurationPageTests.class.getClassLoader();
    for (URL file : Collections.list(loader.getResources(METADATA))) {
      for (JsonNode each : new ObjectMapper().readTree(file).get("properties")) {
        String name = each.get("name").asText();
        if (name.matches("(.*\\.)?l2s\\..*") && !each.has("deprecation")) {
          PROPERTIES.add(property(name, each));
        }
      }
    }
  }

  @Test
  void thePageHasThePropertiesOfTheMetadata() throws IOException {
    String page = Files.readString(PAGE);
    assertThat(page).as("the mark after which the tables come").contains(BEGIN);
    String expected = page.substring(0, page.indexOf(BEGIN)) + BEGIN + "\n" + tables();
    if (Boolean.getBoolean("l2s.docs.write")) {
      Files.writeString(PAGE, expected);
    } else {
      assertThat(page).as(REMEDY).isEqualTo(expected);
    }
  }

  @Test
  void eachClassOfPropertiesInTheSourcesIsOnTheClassPath() throws IOException {
    List<String> prefixes = new ArrayList<>();
    try (DirectoryStream<Path> modules = Files.newDirectoryStream(Path.of(".."), "l2s-*")) {
      for (Path module : modules) {
        Path sources = module.resolve("src/main/java");
        if (Files.isDirectory(sources)) {
          prefixes.addAll(prefixesBelow(sources));
        }
      }
    }
    assertThat(prefixes).contains("l2s", "l2s.web", "l2s.openai");
    assertThat(prefixes)
        .as("prefixes whose module must become a dependency of this test, or be tested elsewhere")
        .allMatch(
            prefix -> PROPERTIES.stream().anyMatch(each -> each.name().startsWith(prefix + ".")));
  }

  private static List<String> prefixesBelow(Path sources) throws IOException {
    List<String> prefixes = new ArrayList<>();
    try (Stream<Path> files = Files.walk(sources)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
        Matcher prefix = PREFIX.matcher(Files.readString(file));
        if (prefix.find()) {
          prefixes.add(prefix.group(1));
        }
      }
    }
    return prefixes;
  }

  private static String tables() {
    Map<String, List<Property>> sections =
        PROPERTIES.stream()
            .sorted(Comparator.comparing(Property::section).thenComparing(Property::name))
            .collect(Collectors.groupingBy(Property::section, TreeMap::new, Collectors.toList()));
    StringBuilder page = new StringBuilder();
    sections.forEach(
        (section, properties) -> {
          page.append("\n## ").append(section.substring(2)).append("\n\n");
          page.append("| property | type | default | what it is |\n|---|---|---|---|\n");
          properties.forEach(each -> page.append(each.row()).append('\n'));
        });
    return page.toString();
  }

  private static Property property(String name, JsonNode metadata) {
    return new Property(
        section(name, metadata.path("sourceType").asText("")),
        name,
        type(metadata.get("type").asText()),
        value(metadata.path("defaultValue")),
        metadata.path("description").asText("").replace("|", "\\|"));
  }

  private static String section(String name, String source) {
    String owner = source.replaceAll("\\$.*", "").replaceAll(".*\\.", "");
    if (name.startsWith("management.")) {
      return "6 Actuator";
    } else if (name.startsWith("resilience4j.")) {
      return "7 Circuit breakers";
    }
    return HEADINGS.getOrDefault(owner, owner.isEmpty() ? "2 All models" : "8 " + owner);
  }

  private static String type(String name) {
    if (name.startsWith("java.util.List<")) {
      return "list: " + type(name.substring("java.util.List<".length(), name.length() - 1));
    } else if (name.startsWith("java.util.Map<")) {
      return "map";
    }
    String simple = name.replaceAll(".*\\.", "");
    return TYPES.containsKey(simple) ? TYPES.get(simple) : constants(name, simple);
  }

  private static String constants(String name, String simple) {
    if (!ClassUtils.isPresent(name, null)) {
      return simple;
    }
    Object[] constants = ClassUtils.resolveClassName(name, null).getEnumConstants();
    return Stream.of(constants == null ? new Object[] {simple} : constants)
        .map(each -> "`" + kebab(each.toString()) + "`")
        .collect(Collectors.joining(", "));
  }

  private static String value(JsonNode value) {
    if (value.isMissingNode()) {
      return "–";
    }
    String text = value.asText();
    // Constants, alone or in a list; no number, size or duration.
    boolean constants = text.matches("[A-Za-z_, \\[\\]]+");
    return "`" + (constants ? kebab(text).replaceAll("[\\[\\]]", "") : text) + "`";
  }

  private static String kebab(String constant) {
    return constant.toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
