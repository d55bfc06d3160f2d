package io.l2s.chat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.l2s.ModelLoadException;
import io.l2s.checkpoint.CheckpointFiles;
import io.l2s.checkpoint.ModelFile;
import io.l2s.checkpoint.StrictJson;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the chat template of a checkpoint where transformers looks for it: {@code
 * chat_template.jinja}, else {@code chat_template} of {@code tokenizer_config.json}, a text or a
 * list of named ones of which {@code default} counts. Special tokens come from {@code
 * tokenizer_config.json}, else from {@code special_tokens_map.json}.
 */
public final class ChatTemplateFile {

  private static final String FIELD = "chat_template";
  private static final long MAX_BYTES = 1 << 20;

  private static final List<String> TOKEN_NAMES =
      List.of(
          "bos_token",
          "eos_token",
          "unk_token",
          "sep_token",
          "pad_token",
          "cls_token",
          "mask_token");

  private ChatTemplateFile() {}

  /**
   * The template of the checkpoint in {@code directory}; empty if it has none. A file that cannot
   * be read gives a template with that {@linkplain ChatTemplate#problem problem}.
   */
  public static Optional<ChatTemplate> read(Path directory) {
    Path file = directory.resolve(CheckpointFiles.CHAT_TEMPLATE);
    Path config = directory.resolve(CheckpointFiles.TOKENIZER_CONFIG);
    boolean own = ModelFile.isThere(file);
    if (!own && !ModelFile.isThere(config)) {
      return Optional.empty();
    }
    try {
      JsonObject settings = object(config);
      Optional<String> source =
          own ? Optional.of(ModelFile.text(file, MAX_BYTES)) : source(config, settings);
      Map<String, String> tokens =
          specialTokens(settings, object(directory.resolve(CheckpointFiles.SPECIAL_TOKENS)));
      return source.map(each -> template(own ? file : config, each, tokens));
    } catch (ModelLoadException e) {
      return Optional.of(
          ChatTemplate.unusable(
              e.location() == null ? config : e.location(), String.join("; ", e.problems())));
    }
  }

  private static ChatTemplate template(Path file, String source, Map<String, String> tokens) {
    return source.isBlank()
        ? ChatTemplate.unusable(file, "the chat template has no text")
        : ChatTemplate.parse(file, source, tokens, Clock.systemDefaultZone());
  }

  private static JsonObject object(Path file) {
    return ModelFile.isThere(file) ? StrictJson.read(file) : new JsonObject();
  }

  private static Optional<String> source(Path config, JsonObject settings) {
    JsonElement template = settings.get(FIELD);
    if (template == null || template.isJsonNull()) {
      return Optional.empty();
    }
    if (isText(template)) {
      return Optional.of(template.getAsString());
    }
    if (template instanceof JsonArray named) {
      return Optional.of(defaultOf(config, named));
    }
    throw new ModelLoadException(config, FIELD + " must be a text or a list of named texts");
  }

  private static String defaultOf(Path config, JsonArray named) {
    List<String> names = new ArrayList<>();
    for (JsonElement each : named) {
      if (!(each instanceof JsonObject entry)
          || !isText(entry.get("name"))
          || !isText(entry.get("template"))) {
        throw new ModelLoadException(
            config, "each entry of " + FIELD + " must have the texts name and template");
      }
      names.add(entry.get("name").getAsString());
      if (names.get(names.size() - 1).equals("default")) {
        return entry.get("template").getAsString();
      }
    }
    throw new ModelLoadException(
        config, FIELD + " must have an entry named default, but has " + names);
  }

  private static Map<String, String> specialTokens(JsonObject settings, JsonObject tokens) {
    Map<String, String> found = new LinkedHashMap<>();
    for (String name : TOKEN_NAMES) {
      JsonElement token = settings.has(name) ? settings.get(name) : tokens.get(name);
      if (token instanceof JsonObject described) {
        token = described.get("content");
      }
      if (isText(token)) {
        found.put(name, token.getAsString());
      }
    }
    return found;
  }

  private static boolean isText(@Nullable JsonElement element) {
    return element != null && element.isJsonPrimitive() && element.getAsJsonPrimitive().isString();
  }
}
