package io.l2s.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ConfigurationMetadataTests {

  private static final String METADATA = "META-INF/spring-configuration-metadata.json";

  private static final List<JsonObject> PROPERTIES = new ArrayList<>();

  @BeforeAll
  static void readTheProperties() throws IOException {
    ClassLoader loader = ConfigurationMetadataTests.class.getClassLoader();
    for (URL file : Collections.list(loader.getResources(METADATA))) {
      try (Reader reader = new InputStreamReader(file.openStream(), StandardCharsets.UTF_8)) {
        for (JsonElement each :
            JsonParser.parseReader(reader).getAsJsonObject().getAsJsonArray("properties")) {
          JsonObject property = each.getAsJsonObject();
          if (name(property).startsWith("l2s.")) {
            PROPERTIES.add(property);
          }
        }
      }
    }
    assertThat(PROPERTIES).as("l2s properties in " + METADATA).isNotEmpty();
  }

  @Test
  void everyPropertyIsDescribed() {
    assertThat(PROPERTIES)
        .filteredOn(property -> description(property).isBlank())
        .extracting(ConfigurationMetadataTests::name)
        .isEmpty();
  }

  @Test
  void aSwitchSaysWhetherOfWhat() {
    assertThat(PROPERTIES)
        .filteredOn(property -> property.get("type").getAsString().equals("java.lang.Boolean"))
        .filteredOn(property -> !description(property).startsWith("Whether "))
        .extracting(ConfigurationMetadataTests::name)
        .isEmpty();
  }

  private static String name(JsonObject property) {
    return property.get("name").getAsString();
  }

  private static String description(JsonObject property) {
    return property.has("description") ? property.get("description").getAsString() : "";
  }
}
