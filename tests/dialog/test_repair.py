"""Repair: what cancels, goes back, asks again and corrects, in each language and as an author has it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.made_up import examples

from frontdesk.dialog.fields import Fields
from frontdesk.dialog.patterns import PatternError, normalise
from frontdesk.dialog.problems import Problem, Problems
from frontdesk.dialog.repair import ENGLISH, MAX_PHRASES, Repair
from frontdesk.dialog.repair_reader import read_repair
from frontdesk.dialog.yaml import read
from frontdesk.studio.phrases import repair_phrases

BUILT_IN = Repair(repair_phrases())


def find(text: str, language: str = "en", repair: Repair = BUILT_IN) -> tuple[str, str] | None:
    return repair.find(normalise(text), text, language)


def load(text: str) -> tuple[Repair, list[Problem]]:
    problems = Problems()
    root = read(text, "bot.yaml", problems)
    assert root is not None
    return read_repair(
        Fields(root, problems, "The bot"), repair_phrases(), ("en", "ru", "de")
    ), problems.found


# Checklist rows 22 to 25: correct, cancel, back, repeat.
@pytest.mark.parametrize(
    ("text", "language", "kind"),
    [
        ("Cancel!", "en", "cancel"),
        ("please cancel that", "en", "cancel"),
        ("never mind.", "en", "cancel"),
        ("I don’t want to continue", "en", "cancel"),
        ("go back", "en", "back"),
        ("Back, please", "en", "back"),
        ("the previous question", "en", "back"),
        ("Repeat that, please", "en", "repeat"),
        ("what was the question?", "en", "repeat"),
        ("say that again", "en-GB", "repeat"),
        ("Отмена", "ru", "cancel"),
        ("нет, отмените", "ru", "cancel"),
        ("назад", "ru", "back"),
        ("Повторите, пожалуйста", "ru", "repeat"),
        ("извините, я не понял", "ru", "repeat"),
        ("cancel", "ru", "cancel"),
        ("bekor qiling", "uz", "cancel"),
        ("to‘xtating", "uz", "cancel"),
        ("toʻxtating", "uz", "cancel"),
        ("orqaga qayting", "uz", "back"),
        ("qaytaring iltimos", "uz", "repeat"),
        ("отмена", "uz", "cancel"),
        ("cancel", "de", "cancel"),
        ("отмена", "en", None),
        ("cancel my order", "en", None),
        ("how do i get my money back", "en", None),
        ("yes", "en", None),
        ("123456", "en", None),
        ("", "en", None),
    ],
)
def test_phrases_that_repair_are_known_and_others_left_alone(
    text: str, language: str, kind: str | None
) -> None:
    assert find(text, language) == (None if kind is None else (kind, ""))


@pytest.mark.parametrize(
    ("text", "language", "rest"),
    [
        ("actually it is 654321", "en", "654321"),
        ("Actually, it's AB-1.", "en", "AB-1."),
        ("actually, 12", "en", "12"),
        ("No, I meant Fred  Home", "en", "Fred  Home"),
        ("sorry, it’s fred@Home.com", "en", "fred@Home.com"),
        ("Correction: 5", "en", "5"),
        ("change it to 7", "en", "7"),
        ("нет, это 654321", "ru", "654321"),
        ("на самом деле Иван", "ru", "Иван"),
        ("yoʻq, bu Toshkent", "uz", "Toshkent"),
        ("Aslida 5", "uz", "5"),
        ("actually", "en", None),
        ("actually...", "en", None),
        ("no it is", "en", None),
        ("sorry", "en", None),
        ("it is 5", "en", None),
        ("no 5", "en", None),
    ],
)
def test_a_correction_gives_the_new_answer_as_written(text: str, language: str, rest: str | None) -> None:
    assert find(text, language) == (None if rest is None else ("correct", rest))


@pytest.mark.parametrize(
    ("text", "language", "turned_down"),
    [
        ("None of these", "en", True),
        ("something else!", "en", True),
        ("neither", "en", True),
        ("no, something else", "en", True),
        ("Другое", "ru", True),
        ("ничего из этого", "ru", True),
        ("boshqa", "uz", True),
        ("hech biri", "uz", True),
        ("the first", "en", False),
        ("none of your business", "en", False),
        ("", "en", False),
    ],
)
def test_turning_down_what_was_offered(text: str, language: str, *, turned_down: bool) -> None:
    assert BUILT_IN.none_of_these(normalise(text), language) is turned_down


def test_english_is_there_without_a_catalogue() -> None:
    alone = Repair({})
    for language in ("en", "ru", "xx"):
        assert find("cancel", language, alone) == ("cancel", "")
    assert find("отмена", "ru", alone) is None


def test_a_list_is_of_the_assistants_own_language_and_others_stay_as_they_are() -> None:
    repair, problems = load("repair: {cancel: [basta]}")
    assert problems == []
    assert find("basta", "en", repair) == ("cancel", "")
    assert find("cancel", "en", repair) is None
    assert find("отмена", "ru", repair) == ("cancel", "")
    assert find("bekor qiling", "uz", repair) == ("cancel", "")
    assert find("basta", "ru", repair) == ("cancel", "")  # what is said in English counts in Russian too


def test_an_author_may_give_patterns_by_language() -> None:
    repair, problems = load(
        "repair: {cancel: {en: [basta], ru: [хватит, довольно], de: abbrechen, uz: false}, correct: {de: ['eher *']}}"
    )
    assert problems == []
    assert find("basta", "en-GB", repair) == ("cancel", "")
    assert find("хватит", "ru", repair) == ("cancel", "")
    assert find("отмена", "ru", repair) is None
    assert find("abbrechen", "de", repair) == ("cancel", "")
    assert find("zurück", "de", repair) is None
    assert find("go back", "de", repair) == ("back", "")  # English stands in where there is nothing
    assert find("bekor qiling", "uz", repair) is None
    assert find("Eher Donnerstag", "de", repair) == ("correct", "Donnerstag")


def test_an_author_replaces_the_patterns_of_a_kind_or_turns_it_off() -> None:
    repair, problems = load(
        "repair: {cancel: [basta, '* basta'], back: false, repeat: true, correct: ['mejor *']}"
    )
    assert problems == []
    assert find("Oh, basta!", "en", repair) == ("cancel", "")
    assert find("cancel", "en", repair) is None
    assert find("go back", "en", repair) is None
    assert find("repeat", "en", repair) == ("repeat", "")
    assert find("Mejor: el Segundo", "en", repair) == ("correct", "el Segundo")
    assert find("назад", "ru", repair) is None
    assert find("actually it is 5", "en", repair) is None
    assert repair.none_of_these("neither", "en")
    assert find("cancel", "en", load("format: assistant/v1")[0]) == ("cancel", "")


@pytest.mark.parametrize(
    ("text", "message", "fix"),
    [
        ("repair: {cancel: ['(a']}", "'(' without its ')'", "cancel(| it)"),
        ("repair: {correct: [mejor]}", "a correction ends in ' *'", "correct *"),
        ("repair: {stop: [x]}", "no key 'stop'", ""),
        ("repair: {back: {fr: [x]}}", "'fr' is no language of this assistant", "Known: de, en, ru, uz."),
        ("repair: {back: {en: {x: y}}}", "'en' must be text", ""),
        ("repair: {correct: {ru: [лучше]}}", "a correction ends in ' *'", "correct *"),
        ("repair: {cancel: '*'}", "every message fits it", "cancel(| it)"),
        ("repair: {back: {ru: ['(|назад)*']}}", "it fits every message", ""),
        ("repair: {correct: '*'}", "every message fits it", "correct *"),
        ("repair: off", "must be a mapping", ""),
        (f"repair: {{back: [{', '.join(['x'] * (MAX_PHRASES + 1))}]}}", "more than 100 patterns", "Merge"),
    ],
)
def test_what_is_wrong_with_repair_is_said_with_its_place(text: str, message: str, fix: str) -> None:
    problems = load(text)[1]
    assert any(message in problem.message and fix in problem.fix for problem in problems), problems
    assert all((problem.file, problem.line) == ("bot.yaml", 1) for problem in problems)


def test_a_pattern_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(PatternError):
        Repair({"en": {**ENGLISH, "back": ["(a"]}})


@given(st.text(max_size=100), st.sampled_from(["en", "ru", "uz", "de", ""]))
@examples(200)
def test_any_message_is_a_repair_or_not(text: str, language: str) -> None:
    found = find(text, language)
    if found is not None:
        kind, rest = found
        assert (rest in text and rest != "") if kind == "correct" else rest == ""


def test_hostile_messages_take_little_time() -> None:
    for text in (
        "actually " * 880,
        "," * 8_000,
        "no, " * 2_000,
        "actually,,,, " * 600,
        "cancel " * 1_100,
        "a" * 8_000,
    ):
        plain, took_s = normalise(text), []
        for _ in range(3):
            start = time.process_time()
            BUILT_IN.find(plain, text, "uz")
            took_s.append(time.process_time() - start)
        assert min(took_s) < 0.02, text[:20]
