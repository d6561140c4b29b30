"""What a validator of a settings model refuses, said in the reader's language. Called by plug-ins and by this room's own checks."""


class Wrong(ValueError):
    """A setting that cannot be kept.

    Args:
        key: Where the sentence stands in other languages: with a dot, such as `smtp.pair`, in `[faults]` of the plug-in's
            `texts/LANGUAGE.toml`; without one in the panel's own catalogue, for what this room checks.
        english: What to write instead, in lower case and without the value: it may be a secret.
    """

    def __init__(self, key: str, english: str) -> None:
        super().__init__(english)
        self.key = key
