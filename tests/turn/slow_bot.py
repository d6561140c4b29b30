"""A bot that says some of it later."""


def slow_bot(delay: str, more: str = "") -> dict[str, str]:
    """`go` is answered at once, then after `delay`, then behind that; `more`: further flows, as their YAML."""
    return {
        "bot.yaml": f"""format: assistant/v1
assistant: {{id: slow, name: Slow, language: en}}
flows:
  f:
    trigger: {{patterns: [go]}}
    steps:
      - say: one
      - say: {{text: two, delay: {delay}}}
      - say: three
{more}"""
    }
