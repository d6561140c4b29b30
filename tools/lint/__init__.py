"""Our own lints, for what ruff, mypy and import-linter cannot know. Run as `python -m tools.lint`.

One rule is one module in `rules/` with a name, a reason, allowances and `check(source)`.
"""
