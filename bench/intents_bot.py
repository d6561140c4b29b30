"""A bot of as many intents as there are examples for, as a user would write it."""

import json
from collections.abc import Mapping, Sequence

OTHER = "none of these"


def bot(
    intents: Mapping[str, Sequence[str]], *, slug: str, fallback: str = f"{{say: {OTHER}}}"
) -> dict[str, str]:
    """A bot that has a flow for each intent, which says the intent's name; what is none of them has the step `fallback`."""
    lines = ["format: assistant/v1", f"assistant: {{id: {slug}, name: {slug}, language: en}}", "intents:"]
    for name, examples in intents.items():
        lines += [f"  {json.dumps(name)}:", "    examples:"]
        lines += [f"      - {json.dumps(text, ensure_ascii=False)}" for text in examples]
    lines.append("flows:")
    for name in intents:
        quoted = json.dumps(name)
        lines.append(
            f"  {quoted}: {{name: {quoted}, trigger: {{intent: {quoted}}}, steps: [{{say: {quoted}}}]}}"
        )
    lines.append(f"fallback: {{steps: [{fallback}]}}")
    return {"bot.yaml": "\n".join(lines) + "\n"}
