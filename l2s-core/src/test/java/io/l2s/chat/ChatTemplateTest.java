package io.l2s.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import io.l2s.ChatMessage;
import io.l2s.ChatTemplateException;
import io.l2s.InvalidRequestException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a template may not do, and how that is reported. */
class ChatTemplateTest {

  private static final List<ChatMessage> CHAT = List.of(ChatMessage.user("Hi"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ ''.class.name }}",
        "{{ ''.class.forName('java.lang.Runtime') }}",
        "{{ ''.getClass() }}",
        "{{ messages.getClass().getClassLoader() }}",
        "{{ ''['class']['forName']('java.lang.System') }}",
        "{{ messages[0].getOrDefault('role', '') }}",
        "{{ namespace().getClass() }}",
        "{{ range.call([1]) }}",
        "{{ strftime_now|attr('clock')|attr('x') }}",
        "{{ loop.__init__.__globals__ }}",
        "{{ ''.__class__.__mro__ }}",
      })
  void reachesNoJavaObject(String source) {
    assertRefused(template(source), 1);
  }

  @Test
  void writesNothingForAttributesThatAreNotThere() {
    assertThat(template("[{{ ''.class }}{{ messages.class }}]").prompt(CHAT, true)).isEqualTo("[]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // loops
        "{% set r = range(100000) %}{% for a in r %}{% for b in r %}{% endfor %}{% endfor %}",
        "{% for a in range(99999) %}{{ range(99999)|length }}{% endfor %}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(60) }}",
        // lists
        "{{ range(1000000000) }}",
        "{{ range(0, 9223372036854775807, 1)|length }}",
        "{{ [1] * 1000000000 }}",
        "{% set ns = namespace(l=[1]) %}{% for i in range(60) %}{% set ns.l = ns.l + ns.l %}{% endfor %}",
        "{% set ns = namespace(l=[1]) %}{% for i in range(60) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}"
            + "{{ ns.l }}",
        "{% set ns = namespace(l=[1]) %}{% for i in range(60) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}"
            + "{{ ns.l|tojson }}",
        "{% set ns = namespace(a=[1], b=[1]) %}{% for i in range(60) %}{% set ns.a = [ns.a, ns.a] %}"
            + "{% set ns.b = [ns.b, ns.b] %}{% endfor %}{{ ns.a == ns.b }}",
        "{% set ns = namespace(l=[1]) %}{% for i in range(900) %}{% set ns.l = [ns.l] %}{% endfor %}"
            + "{{ ns.l }}",
        // texts
        "{{ 'x' * 1000000000 }}",
        "{% for i in range(99999) %}{{ 'x' * 1000 }}{% endfor %}",
        "{% set ns = namespace(t='x') %}{% for i in range(60) %}{% set ns.t = ns.t ~ ns.t %}{% endfor %}",
        "{{ ('x' * 999999).replace('x', 'y' * 999) }}",
        "{{ ('x' * 999999)|replace('', 'y' * 999) }}",
        "{{ ('x' * 999999).split('x')|join('y' * 999) }}",
        "{{ 'x'.rjust(1000000000) }}",
        "{{ 'x\\nx'|indent(1000000000) }}",
        "{% set t = 'x' * 999999 %}{% for i in range(99999) %}{{ t == 'x' * 999999 }}{% endfor %}",
        "{% set t = 'x' * 999999 %}{% for i in range(99999) %}{% if 'y' in t %}{% endif %}{% endfor %}",
        "{% set t = 'x' * 999999 %}{% for i in range(99999) %}{% set u = t.strip('x') %}{% endfor %}",
        "{% set t = 'a' * 999999 %}{{ t.find('a' * 499999 ~ 'b') }}",
        "{% set t = 'a' * 999999 %}{{ t.split('a' * 499999 ~ 'b') }}",
        "{% set t = 'a' * 999999 %}{{ ('a' * 499999 ~ 'b') in t }}",
        "{% set t = '9' * 999999 %}{% for i in range(99999) %}{% set u = t|float %}{% set u = t|int %}{% endfor %}",
        "{% set t = 'a' * 999999 %}{% for i in range(99999) %}{% set u = t|length %}{% endfor %}",
        "{% set t = 'a' * 999999 %}{% for i in range(99999) %}{% set u = t[1000000] %}{% endfor %}",
        "{% set t = 'a' * 999999 %}{% for i in range(99999) %}{% set u = t.strip(t) %}{% endfor %}",
        "{% set t = 'a' * 999999 %}{% for i in range(99999) %}{% set u = [t, 'b']|sort %}{% endfor %}",
        "{% set t = 'a' * 999999 %}{% for i in range(99999) %}{% if t is lower %}{% endif %}{% endfor %}",
        "{% for i in range(99999) %}{% set u = [1]|batch(99999, 'x') %}{% endfor %}",
        "{% set t = '%d' * 400000 %}{% for i in range(99999) %}{% set u = strftime_now(t) %}{% endfor %}",
        "{% set t = '\\x01' * 100000 %}{% for i in range(99999) %}{% set u = t|tojson %}{% endfor %}",
        "{% set t = ['\\x01' * 100000] %}{% for i in range(99999) %}{% set u = t|string %}{% endfor %}",
        "{{ 10 ** 100 }}",
        "{{ 9223372036854775807 + 1 }}",
      })
  void endsWithinItsBounds(String source) {
    assertRefused(template(source), 1);
  }

  @Test
  void refusesNestingBeyondItsBounds() {
    assertRefused(template("{{ " + "(".repeat(50_000) + "1" + ")".repeat(50_000) + " }}"), 1);
    assertRefused(template("{{ " + "[".repeat(50_000) + "]".repeat(50_000) + " }}"), 1);
    assertRefused(template("{{ " + "not ".repeat(50_000) + "1 }}"), 1);
    assertRefused(template("{{ " + "-".repeat(50_000) + "1 }}"), 1);
    assertRefused(template("{{ 1" + " + 1".repeat(50_000) + " }}"), 1);
    assertRefused(template("{{ 1" + "|abs".repeat(50_000) + " }}"), 1);
    assertRefused(template("{{ 1 if 1 else ".repeat(10_000)), 1);
    assertRefused(template("{% if 1 %}".repeat(10_000) + "{% endif %}".repeat(10_000)), 1);
  }

  @Test
  void refusesASourceBeyondItsBound() {
    ChatTemplate template = template("x".repeat((256 << 10) + 1));

    assertThat(template.problem().orElseThrow())
        .hasMessageContaining("has more than 262144 characters, namely 262145");
    assertRefused(template, 0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\n\n{{ 'x'|nofilter }}",
        "{# one\ntwo #}\n{% if messages is notest %}{% endif %}",
        "\n\n{% include 'other' %}",
        "\n\n{% for i in messages recursive %}{% endfor %}",
        "\n\n{{ nofunction('x') }}",
        "\n\n{{ 'x'.nomethod() }}",
        "\n{% if true %}\n{{ messages[0] + 1 }}{% endif %}",
        "\n\n{{ 'x",
        "\n\n{% if true %}",
        "\n\n{{ '\\x1' }}",
      })
  void namesTheLineAtFault(String source) {
    ChatTemplate template = template(source);

    assertThat(template.problem()).isPresent();
    assertThatThrownBy(() -> template.prompt(CHAT, true))
        .isInstanceOf(ChatTemplateException.class)
        .hasMessageStartingWith(
            "messages cannot be written as a prompt: chat_template.jinja, line 3: ")
        .hasMessageEndingWith("; use a plain prompt");
    assertRefused(template, 3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ 'abc'.find('c', 1) }}",
        "{{ 'abc'.startswith('b', 1) }}",
        "{{ '0x1f'|int(base=16) }}",
        "{{ 'a'.center(3) }}",
        "{{ [1, 2]|sort(key='x') }}",
        "{{ 'a'|tojson(default='x') }}",
      })
  void refusesArgumentsThatItDoesNotFollow(String source) {
    assertRefused(template(source), 1);
  }

  @Test
  void findsALaterFaultWhenItComesToIt() {
    ChatTemplate template =
        template("{% if messages|length == 2 %}\n{{ nofunction() }}{% endif %}.");

    assertThat(template.problem()).isEmpty();
    assertThat(template.prompt(CHAT, true)).isEqualTo(".");
    assertThatThrownBy(
            () -> template.prompt(List.of(ChatMessage.user("a"), ChatMessage.user("b")), true))
        .isInstanceOfSatisfying(
            ChatTemplateException.class, e -> assertThat(e.line()).isEqualTo(2));
  }

  @Test
  void mayNeedACertainFormOfConversation() {
    ChatTemplate template = template("{{ messages[1].content }}");

    assertThat(template.problem()).isEmpty();
    assertThat(template.prompt(List.of(CHAT.get(0), ChatMessage.user("b")), true)).isEqualTo("b");
    assertRefused(template, 1);
  }

  @Test
  void reportsWhatTheTemplateRefuses() {
    ChatTemplate template = template("{{ raise_exception('Only pairs.') }}");

    assertThat(template.problem()).isEmpty();
    assertThatThrownBy(() -> template.prompt(CHAT, true))
        .isExactlyInstanceOf(InvalidRequestException.class)
        .hasMessage(
            "messages must be such as the chat template takes (Only pairs.), but was [user]");
  }

  @Test
  void cutsAndEscapesWhatATemplateRefusesWith() {
    ChatTemplate template = template("{{ raise_exception('\u001b[2J' + 'x' * 100000) }}");

    assertThatThrownBy(() -> template.prompt(CHAT, true))
        .isExactlyInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("(\\u001b[2Jxxx")
        .hasMessageContaining("xxx…)")
        .extracting(failure -> failure.getMessage().length())
        .isEqualTo(
            "messages must be such as the chat template takes (), but was [user]".length() + 1_006);
  }

  @Test
  void cutsAndEscapesWhatATemplateHasAtFault() {
    for (String source :
        List.of("{{ " + "9".repeat(5000) + " }}", "{{ " + "n".repeat(5000) + ".x }}")) {
      assertThatThrownBy(() -> template(source).prompt(CHAT, true))
          .isInstanceOf(ChatTemplateException.class)
          .hasMessageContaining("line 1: ")
          .hasMessageContaining("…; use a plain prompt")
          .extracting(failure -> failure.getMessage().length())
          .satisfies(length -> assertThat((int) length).isLessThan(1_200));
    }
    assertThatThrownBy(() -> template("{{ \u202eabc }}").prompt(CHAT, true))
        .hasMessageContaining("line 1: unexpected \"\\u202e\"");
  }

  @Test
  void doesNotRunTextsOfMessages() {
    String hostile = "{{ raise_exception('x') }}{% for %}{#";

    assertThat(
            template("{{ messages[0].content }}").prompt(List.of(ChatMessage.user(hostile)), true))
        .isEqualTo(hostile);
  }

  private static ChatTemplate template(String source) {
    return ChatGolden.template(source, new JsonObject(), "2026-11-29T09:05:07");
  }

  private static void assertRefused(ChatTemplate template, int line) {
    assertThatThrownBy(() -> template.prompt(CHAT, true))
        .isInstanceOfSatisfying(
            ChatTemplateException.class, e -> assertThat(e.line()).isEqualTo(line));
  }
}
