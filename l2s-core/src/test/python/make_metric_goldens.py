"""Writes the expected BLEU and chrF of small corpora, as sacrebleu 2.6.0 computes them.

    pip install sacrebleu==2.6.0
    python3 make_metric_goldens.py ../resources/evaluation/metrics.json
"""

import json
import random
import sys

import sacrebleu
from sacrebleu.metrics import BLEU, CHRF

SUBJECTS = [("Der Mann", "The man"), ("Meine Schwester", "My sister"), ("Der Zug", "The train"),
            ("Das Mädchen", "The girl"), ("Unser Lehrer", "Our teacher"), ("Die Ärztin", "The doctor")]
VERBS = [("wartet", "waits"), ("schläft", "sleeps"), ("bleibt", "stays"), ("lacht", "laughs"),
         ("steht", "stands")]
PLACES = [("am Bahnhof", "at the station"), ("im Garten", "in the garden"),
          ("vor der Tür", "in front of the door"), ("in Zürich", "in Zurich"),
          ("auf der Straße", "in the street")]
ENDS = [".", "!", "?", " ...", ", nicht wahr?", " seit 3,5 Stunden.", " um 12:30 Uhr.", " – leider.",
        " (wirklich)!", " für 1.000,50 €."]
NOISE = ["", " ", "🍎", "👩‍👩‍👧", "“Zitat”", "&quot;so&quot;", "&amp;", "&lt;b&gt;", "<skipped>", "50%",
         "$3.50", "a-b", "7-8", "-", "...", "e.g.", "\u00a0", "\u2003", "\u200b", "\u0085", "\x1f", "é",
         "e\u0301", "中文", "مرحبا", "x_y", "^", "`", "{}", "[1]", "~", "@home", "#1", "\\", "/", "''"]


def sentence(rng):
    return (rng.choice(SUBJECTS)[0] + " " + rng.choice(VERBS)[0] + " " + rng.choice(PLACES)[0]
            + rng.choice(ENDS))


def disturbed(rng, text):
    words = text.split(" ")
    for _ in range(rng.randrange(4)):
        action = rng.randrange(4)
        at = rng.randrange(len(words))
        if action == 0 and len(words) > 1:
            del words[at]
        elif action == 1:
            words.insert(at, rng.choice(NOISE))
        elif action == 2:
            words[at] = words[at].swapcase()
        else:
            other = rng.randrange(len(words))
            words[at], words[other] = words[other], words[at]
    return " ".join(words)


def random_corpus(rng, size, most_references):
    hypotheses, references = [], []
    for _ in range(size):
        truth = sentence(rng)
        hypotheses.append(disturbed(rng, truth))
        extra = rng.randrange(most_references)
        references.append([truth] + [disturbed(rng, truth) for _ in range(extra)])
    return hypotheses, references


def corpora():
    rng = random.Random(7)
    yield "one reference", *random_corpus(rng, 220, 1)
    yield "one to four references", *random_corpus(rng, 220, 4)
    for i in range(30):
        yield f"small corpus {i}", *random_corpus(rng, rng.randrange(1, 6), 3)
    same = [sentence(rng) for _ in range(20)]
    yield "equal", same, [[each] for each in same]
    yield "upper case", [each.upper() for each in same], [[each] for each in same]
    yield "all empty", ["", ""], [["Ja."], ["Nein, danke."]]
    yield "one empty among others", ["", same[1], same[2]], [[each] for each in same[:3]]
    yield "empty reference", ["Ja.", same[0]], [[""], [same[0]]]
    yield "empty on both sides", ["", same[0]], [[""], [same[0]]]
    yield "nothing in common", ["xyz", "qqq www"], [["Hallo Welt."], ["Guten Tag!"]]
    yield "two words", ["Guten Tag"], [["Guten Tag"]]
    yield "three words and a stop", ["Ich bin da."], [["Ich bin da."]]
    yield "one word matches", ["Ich bin da und dort heute."], [["Wo sind da alle?"]]
    yield "closest length, ties go to the shorter", ["a b c d e f"], [
        ["a b c d", "a b c d e f g h", "a b c d x y z v w"]]
    yield "repeated words are clipped", ["the the the the the the the"], [
        ["The cat is on the mat.", "There is a cat on the mat."]]
    yield "line breaks", ["eine Donau-\nfahrt\nist schön.\n"], [["eine Donaufahrt ist schön."]]
    yield "numbers", ["1.000,5 2-3 4,. 5.a ,6 7- 8.", "3.14"], [["1.000,5 2 - 3 4 , . 5 . a"], ["3,14"]]
    yield "only punctuation", ["!?., ;:", "…"], [["!?.,;:"], ["..."]]
    yield "characters beyond the basic plane", ["𝒜𝒷 🍎🍏 x", "🇩🇪"], [["𝒜𝒷🍎 🍏x"], ["🇩🇪🇨🇭"]]
    yield "each noise", [n + " Wort " + n for n in NOISE], [[" Wort" + n] for n in NOISE]
    yield "noise within words", ["a" + n + "b c d" for n in NOISE], [["a b" + n + "c d"] for n in NOISE]
    yield "hypothesis much longer", ["a b c d e f g h i j k l m n"], [["c d e f"]]
    yield "hypothesis much shorter", ["c d e f"], [["a b c d e f g h i j k l m n"]]
    yield "chrF shorter than six", ["ab", "abcdef"], [["abc"], ["abcdex"]]
    yield "best reference by characters", ["Das Haus ist rot."], [
        ["Ein Auto fährt.", "Das Haus ist blau.", "Das Haus ist rot"]]


def main(path):
    assert sacrebleu.__version__.startswith("2.6"), sacrebleu.__version__
    cases = []
    for name, hypotheses, references in corpora():
        most = max(map(len, references))
        streams = [[refs[i] if i < len(refs) else None for refs in references] for i in range(most)]
        case = {"name": name, "hypotheses": hypotheses, "references": references}
        for key, metric in (("bleu", BLEU()), ("chrf", CHRF())):
            score = metric.corpus_score(hypotheses, streams)
            signature = str(metric.get_signature()).split("|version:")[0]
            case[key] = {"name": score.name, "score": score.score, "signature": signature}
        cases.append(case)
    with open(path, "w", encoding="utf-8") as out:
        json.dump(cases, out, ensure_ascii=True, indent=1)
    print(len(cases), "corpora,", sum(len(c["hypotheses"]) for c in cases), "sentences")


if __name__ == "__main__":
    main(sys.argv[1])
