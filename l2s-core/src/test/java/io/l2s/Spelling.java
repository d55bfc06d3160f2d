package io.l2s;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Names, messages and texts use the American spelling, as the API and transformers do. */
final class Spelling {

  private static final Pattern BRITISH =
      Pattern.compile(
          "(?i)(?:authori|capitali|customi|equali|generali|initiali|maximi|minimi|normali|optimi"
              + "|organi|quanti|recogni|seriali|summari|synchroni|tokeni)s(?:e|ing|ation)\\w*"
              + "|(?:behavi|col|fav|neighb)our\\w*|cent(?:re|red)\\b|catalog(?:ue)\\w*"
              + "|licen(?:ce)\\w*|(?:label|model)(?:ling|led(?!by))\\w*|\\w*spel(?:t)\\b"
              + "|ful(?:fil)\\b|analy(?:se)[drs]?\\b");

  private Spelling() {}

  /** The words of {@code line} in the British spelling. */
  static List<String> britishWords(String line) {
    return BRITISH.matcher(line).results().map(MatchResult::group).toList();
  }
}
