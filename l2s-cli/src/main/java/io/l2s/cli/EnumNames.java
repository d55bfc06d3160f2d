package io.l2s.cli;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads enum constants as they are written on the command line: {@code LLM_ONLY} as llm-only. */
record EnumNames<E extends Enum<E>>(List<E> constants) implements ITypeConverter<E> {

  EnumNames(Class<E> type) {
    this(List.of(type.getEnumConstants()));
  }

  @Override
  public E convert(String value) {
    return constants.stream()
        .filter(constant -> of(constant).equalsIgnoreCase(value))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "must be one of " + all() + ", but was '" + value + "'"));
  }

  private String all() {
    return constants.stream().map(EnumNames::of).collect(Collectors.joining(", "));
  }

  static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
