package io.l2s.chat;

import java.time.LocalDateTime;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The functions that transformers and Jinja give to a chat template. */
final class Functions {

  private Functions() {}

  static Map<String, Object> of(Budget budget, LocalDateTime now) {
    return Map.of(
        "range", (Callable) arguments -> range(arguments, budget),
        "dict", (Callable) arguments -> new LinkedHashMap<Object, Object>(arguments.named()),
        "namespace", (Callable) Namespace::of,
        "raise_exception", (Callable) arguments -> refuse(arguments, budget),
        "strftime_now", (Callable) arguments -> time(arguments.text(0, "format", ""), now, budget));
  }

  private static Object refuse(Arguments arguments, Budget budget) {
    throw TemplateError.refusal(Values.text(arguments.required(0, "message"), budget));
  }

  private static List<Object> range(Arguments arguments, Budget budget) {
    int given = arguments.within("start", "stop", "step").positional().size();
    long start = given > 1 ? Values.index(arguments.positional().get(0)) : 0;
    long stop = Values.index(arguments.required(given > 1 ? 1 : 0, "stop"));
    long step = arguments.integer(2, "step", 1);
    if (step == 0) {
      throw new TemplateError("a range needs a step other than 0");
    }
    budget.elements(Math.max(0, (stop - start + step - Long.signum(step)) / step));
    List<Object> range = new ArrayList<>();
    for (long i = start; step > 0 ? i < stop : i > stop; i += step) {
      range.add(i);
    }
    return range;
  }

  /** The time as C's {@code strftime} writes it, in English. */
  private static String time(String format, LocalDateTime now, Budget budget) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      if (c != '%' || i + 1 == format.length()) {
        text.append(c);
        continue;
      }
      budget.step(8); // formatting a number takes that long
      boolean plain = format.charAt(i + 1) == '-' && i + 2 < format.length();
      i += plain ? 2 : 1;
      String part = part(format.charAt(i), now);
      text.append(
          plain && part.matches("[ 0]\\d+") ? part.replaceFirst("^[ 0]+(?=\\d)", "") : part);
      budget.characters(text.length() > Budget.MAX_TEXT ? text.length() : part.length());
    }
    return text.toString();
  }

  private static String part(char code, LocalDateTime now) {
    return switch (code) {
      case 'a' -> now.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
      case 'A' -> now.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
      case 'b', 'h' -> now.getMonth().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
      case 'B' -> now.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
      case 'd' -> digits(2, now.getDayOfMonth());
      case 'e' -> String.format("%2d", now.getDayOfMonth());
      case 'D', 'x' -> part('m', now) + "/" + part('d', now) + "/" + part('y', now);
      case 'f' -> digits(6, now.getNano() / 1000);
      case 'F' -> part('Y', now) + "-" + part('m', now) + "-" + part('d', now);
      case 'H' -> digits(2, now.getHour());
      case 'I' -> digits(2, (now.getHour() + 11) % 12 + 1);
      case 'j' -> digits(3, now.getDayOfYear());
      case 'm' -> digits(2, now.getMonthValue());
      case 'M' -> digits(2, now.getMinute());
      case 'n' -> "\n";
      case 'p' -> now.getHour() < 12 ? "AM" : "PM";
      case 'S' -> digits(2, now.getSecond());
      case 't' -> "\t";
      case 'T', 'X' -> part('H', now) + ":" + part('M', now) + ":" + part('S', now);
      case 'u' -> String.valueOf(now.getDayOfWeek().getValue());
      case 'w' -> String.valueOf(now.getDayOfWeek().getValue() % 7);
      case 'y' -> digits(2, now.getYear() % 100);
      case 'Y' -> String.valueOf(now.getYear());
      case 'z', 'Z' -> "";
      case '%' -> "%";
      case 'c' ->
          part('a', now)
              + " "
              + part('b', now)
              + " "
              + part('e', now)
              + " "
              + part('T', now)
              + " "
              + part('Y', now);
      default -> "%" + code;
    };
  }

  private static String digits(int width, int number) {
    return String.format("%0" + width + "d", number);
  }
}
