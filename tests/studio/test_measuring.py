"""What `frontdesk nlu test` counts as right: what a customer would have got an answer to."""

from frontdesk.studio.intents.measuring import NOTHING, Guess, Measured, Probe, measure


def measured(*found: tuple[str, str, str]) -> Measured:
    guesses = [Guess(Probe("a text", meant), best, band) for meant, best, band in found]
    return measure(guesses, ["refund", "delivery"])


def test_what_is_turned_down_is_not_right_though_its_best_intent_is() -> None:
    found = measured(
        ("refund", "refund", "accept"),
        ("refund", "refund", "confirm"),
        ("refund", "refund", "reject"),
        ("refund", "delivery", "accept"),
    )
    assert (found.right, found.accuracy) == (2, 0.5)
    assert (found.best_right, found.best_right_share) == (3, 0.75)
    assert found.pairs == (("refund", NOTHING, 1), ("refund", "delivery", 1))


def test_recall_and_precision_count_the_same_texts_as_right() -> None:
    found = measured(
        ("refund", "refund", "accept"),
        ("refund", "refund", "reject"),
        ("delivery", "refund", "confirm"),
        (NOTHING, "refund", "accept"),
        (NOTHING, "refund", "reject"),
    )
    rows = {row.intent: row for row in found.intents}
    assert (rows["refund"].recall, rows["refund"].precision) == (1 / 2, 1 / 3)
    assert (found.turned_down, found.turned_down_share) == (1, 0.5)


def test_an_intent_that_nothing_was_taken_for_has_no_precision() -> None:
    (row,) = measured(("refund", "refund", "reject")).intents
    assert (row.right, row.recall, row.precision) == (0, 0.0, None)
