"""Files of others are what the note beside them says; a style sheet keeps what pages use."""

from tools.css_trim import trimmed
from tools.vendored import STATIC, check


def test_vendored_files_are_those_that_were_noted() -> None:
    assert check() == []
    assert all((STATIC / name).is_file() for name in ("htmx.min.js", "tabler.css", "icons.svg"))


def test_rules_stay_when_every_class_of_them_is_wanted() -> None:
    css = """
        @charset "utf-8"; :root{--a:1px;--b:var(--c);--c:2px;--d:3px}
        .btn,.badge{margin:var(--b)} .btn .icon{top:0} a:not(.btn){color:red}
        @media (width<9px){.badge{top:0}} @media (width<8px){.btn{content:"}"}}
        @keyframes spin{to{rotate:1turn}} @keyframes fade{to{opacity:0}} .btn:active{animation:spin 1s}
    """
    made = trimmed(css, {"btn"}, "x{y:var(--a)}")
    assert ".badge" not in made
    assert ".icon" not in made
    assert ".btn{margin:var(--b)}" in made
    assert "--a:1px;--b:var(--c);--c:2px" in made
    assert "--d" not in made
    assert '.btn{content:"}"}' in made
    assert "width<9px" not in made
    assert "spin" in made
    assert "fade" not in made
