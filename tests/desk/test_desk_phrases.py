"""What the desk says by itself to customers, in their language."""

import re

from frontdesk.desk.phrases import phrase, phrases

_VALUE = re.compile(r"\{(\w+)\}")


def test_each_sentence_has_the_values_of_the_english_one() -> None:
    english = phrases()["en"]
    wrong = [
        f"locales/{language}/desk.toml: {key}"
        for language, sentences in phrases().items()
        for key, sentence in sentences.items()
        if sorted(_VALUE.findall(sentence)) != sorted(_VALUE.findall(english[key]))
    ]
    assert wrong == []


def test_whoever_reads_the_window_in_a_language_reads_the_desks_lines_in_it() -> None:
    assert phrase("queue_position", ("ar-EG", "ru"), number=3) == "رقمك في الطابور 3."
    assert phrase("queue_position", ("is", "ru"), number=3) == "Вы 3-й в очереди."
    assert phrase("queue_position", ("is",), number=3) == phrases()["en"]["queue_position"].format(number=3)
