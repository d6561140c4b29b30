"""Files of strangers: what becomes of good ones, and that bad ones end in one sentence, soon, and alone."""

import base64
import io
import re
import subprocess
import sys
import time
import zipfile
import zlib

import docx
import pypdf
import pytest

from frontdesk.library.file_kinds import FileRead, Parsed
from frontdesk.library.importing import parse
from frontdesk.sandbox.work import Limits

SOON_S = 70.0
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


async def read(path: str, data: bytes) -> FileRead:
    [found] = await parse({path: data})
    return found


async def article(path: str, data: bytes) -> Parsed:
    found = await read(path, data)
    assert found.problem == ""
    [parsed] = found.articles
    return parsed


def pdf(*pages: str, title: str = "") -> bytes:
    """A PDF of plain text as old programs write it."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    kids = []
    for text in pages:
        shown = "\n".join(f"({line}) Tj T*" for line in text.split("\n"))
        stream = f"BT /F1 12 Tf 14 TL 72 720 Td\n{shown}\nET"
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
        content = len(objects)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {content} 0 R /Resources << /Font "
            "<< /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    objects.append(f"<< /Title ({title}) >>")
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    info = f"/Info {len(objects)} 0 R" if title else ""
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {info} >>\nstartxref\n{start}\n%%EOF".encode()
    return bytes(out)


def word(*lines: tuple[str, str]) -> bytes:
    document = docx.Document()
    for style, text in lines:
        document.add_paragraph(text, style=style)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def zipped(**parts: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return written.getvalue()


async def test_markdown_says_title_address_and_tags_in_its_head() -> None:
    text = b"---\ntitle: Returns\nurl: https://a.test/r\ntags: [orders, money]\nlanguage: ru\n---\nBody **here**.\n"
    assert await article("x/returns.md", text) == Parsed(
        "Returns", "Body here.", url="https://a.test/r", tags=("orders", "money"), language="ru"
    )


async def test_markdown_without_a_head_is_called_as_its_first_heading_or_its_file() -> None:
    assert (await article("a.md", b"# How to pay\n\nBy card.")).title == "How to pay"
    assert (await article("how-to_pay.md", b"By card.")).title == "how to pay"


async def test_html_keeps_its_words_and_nothing_that_acts() -> None:
    page = b"""<html><head><title>Pay &amp; go</title><script>alert('CANARY1')</script></head><body onload="CANARY2">
    <h1>Paying</h1><p>By <a href="https://evil.test/CANARY3">card</a> or <img src="https://evil.test/CANARY4.png"
    alt=CANARY5> cash.<style>p{background:url(https://evil.test/CANARY6)}</style><iframe src="//evil.test/CANARY7">
    CANARY8</iframe></p><ul><li>one<li><b>two</b></ul><!-- CANARY9 --><svg><text>CANARY0</text></svg></body></html>"""
    found = await article("pay.html", page)
    assert found.title == "Pay & go"
    assert "CANARY" not in found.body
    assert "evil.test" not in found.body
    assert "By card or cash." in found.body
    assert "- one\n- two" in found.body


async def test_html_within_markdown_is_cleaned_too() -> None:
    found = await article(
        "a.md", b"Hi <script>CANARY</script> ![CANARY](http://evil.test/x.png) [go](javascript:CANARY2)"
    )
    assert "evil.test" not in found.body
    assert "<script" not in found.body


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("Доставка".encode(), "Доставка"),
        ("Доставка".encode("utf-16"), "Доставка"),
        ("Доставка стоит сто рублей".encode("cp1251"), "Доставка стоит сто рублей"),
        ("Café à la crème".encode("cp1252"), "Café à la crème"),
        (b"\xef\xbb\xbfhello", "hello"),
        (b"ab\xff\xfe\x81cd", "ab"),
    ],
)
async def test_text_is_read_whatever_its_encoding(data: bytes, said: str) -> None:
    assert said in (await article("a.txt", data)).body


async def test_unseen_characters_do_not_stay() -> None:
    hidden = "pay\u202e\u200b by\u2066 card\ufeff\U000e0041"
    assert (await article("a.txt", hidden.encode())).body == "pay by card"


async def test_bytes_that_are_no_text_are_refused() -> None:
    assert "no text" in (await read("a.txt", b"\x00\x01\x02\x00")).problem


async def test_a_table_of_questions_becomes_curated_answers() -> None:
    table = "Question;Answer;URL\nOpen on Sunday?|When are you open?;Never.;https://a.test/h\n;no question;\nq;;\n"
    found = await read("faq.csv", table.encode())
    [one] = found.articles
    assert one.questions == ("Open on Sunday?", "When are you open?")
    assert found.notes == ("Lines 3, 4 were left out: a question or its answer is missing.",)
    assert (one.body, one.url) == ("Never.", "https://a.test/h")


async def test_a_table_without_its_columns_is_refused() -> None:
    assert "`question` and `answer`" in (await read("a.csv", b"name,age\njo,3\n")).problem


async def test_a_pdf_is_read_with_its_title_and_wrapped_lines_joined() -> None:
    found = await article("a.pdf", pdf("We deliver on\nworking days only.", "Page two.", title="Delivery"))
    assert found.title == "Delivery"
    assert "We deliver on working days only." in found.body
    assert "Page two." in found.body


async def test_a_word_document_keeps_headings_and_lists() -> None:
    data = word(
        ("Title", "Guide"), ("Heading 1", "Paying"), ("Normal", "By card."), ("List Bullet", "or cash")
    )
    found = await article("g.docx", data)
    assert found.title == "Guide"
    assert "# Paying\n\nBy card.\n\n- or cash" in found.body


def repacked(data: bytes, *, without: str) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(written, "w") as new:
        for part in old.infolist():
            if part.filename != without:
                body = old.read(part)
                if part.filename == "_rels/.rels":
                    body = re.sub(rb"<Relationship [^>]*core-properties[^>]*/>", b"", body)
                new.writestr(part, body)
    return written.getvalue()


async def test_a_word_document_without_a_title_is_called_as_its_first_heading_or_its_file() -> None:
    headed = repacked(
        word(("Normal", "Hi."), ("Heading 1", "Paying"), ("Normal", "By card.")), without="docProps/core.xml"
    )
    assert (await article("how-to_pay.docx", headed)).title == "Paying"
    bare = repacked(word(("Normal", "By card.")), without="docProps/core.xml")
    assert (await article("how-to_pay.docx", bare)).title == "how to pay"


async def test_a_word_document_that_was_cut_off_is_not_said_to_be_of_another_kind() -> None:
    problem = (await read("a.docx", word(("Normal", "hello"))[:-200])).problem
    assert problem == "It is no Word document that can be read: it is damaged or cut off."
    assert "save it as .docx" in (await read("a.docx", b"{\\rtf1 hello}")).problem


async def test_pictures_that_are_left_out_are_counted() -> None:
    [page, two, none] = await parse(
        {
            "a.html": b"<p>Hello <img src=x.png> there</p>",
            "b.md": b"![one](a.png) text ![two](b.png)",
            "c.md": b"text",
        }
    )
    assert page.notes == ("1 picture was left out.",)
    assert two.notes == ("2 pictures were left out.",)
    assert none.notes == ()
    document = docx.Document()
    document.add_paragraph("Look:")
    document.add_picture(io.BytesIO(PIXEL))
    written = io.BytesIO()
    document.save(written)
    assert (await read("a.docx", written.getvalue())).notes == ("1 picture was left out.",)


async def test_a_picture_of_a_pdf_is_counted_once_however_many_pages_show_it() -> None:
    shown = b"/Resources << /XObject << /Im0 99 0 R >> /Font"
    data = pdf("one", "two").replace(b"/Resources << /Font", shown)
    picture = b"99 0 obj\n<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /Length 1 >>\nstream\nx\nendstream\nendobj\n"
    found = await read("a.pdf", data.replace(b"xref\n", picture + b"xref\n", 1))
    assert (found.problem, found.notes) == ("", ("1 picture was left out.",))


@pytest.mark.parametrize("data", [b"%PDF-1.4 and nothing more", pdf("hello")[:300], b"\x00" * 100])
async def test_no_class_of_the_program_is_named_to_an_author(data: bytes) -> None:
    for path in ("a.pdf", "a.docx"):
        assert not re.search(r"[a-z](?:Error|Exception)", (await read(path, data)).problem)


def test_files_of_text_are_read_without_the_libraries_of_others() -> None:
    code = (
        "import sys; from frontdesk.library.parsing import read_files; "
        'read_files(b\'[{"path": "a.md", "data": "aGVsbG8="}]\'); '
        "sys.exit(','.join(sys.modules.keys() & {'pypdf', 'docx', 'lxml'}) or 0)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize(
    ("path", "data", "why"),
    [
        ("a.pdf", b"%PDF-1.4 and nothing more", "no PDF"),
        ("a.pdf", b"\x00" * 100, "no PDF"),
        ("a.docx", b"PK\x03\x04 broken", "no Word document"),
        ("a.docx", zipped(x_xml=b"<a/>"), "no Word document"),
        ("a.exe", b"MZ", "Files of this kind"),
        ("a.md", b"   \n", "no text"),
        ("a.html", b"<script>only()</script>", "no text"),
        ("a.pdf", pdf(""), "no text"),
        ("a.csv", b"question,answer\n", "no text"),
        ("a.csv", b"question,answer\n|,Yes.\n | ,\n", "no text"),
        ("a.html", b"<img src=https://evil.test/x.png><iframe src=//evil.test></iframe>", "no text"),
    ],
)
async def test_a_file_that_is_none_says_so(path: str, data: bytes, why: str) -> None:
    assert why in (await read(path, data)).problem


async def test_a_locked_pdf_is_refused() -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf("secret")))
    writer.encrypt("pass", algorithm="RC4-128")
    written = io.BytesIO()
    writer.write(written)
    assert "password" in (await read("a.pdf", written.getvalue())).problem


async def test_a_pdf_of_ten_thousand_pages_is_refused_soon() -> None:
    started = time.monotonic()
    assert "10000 pages" in (await read("a.pdf", pdf(*["page"] * 10_000))).problem
    assert time.monotonic() - started < SOON_S


async def test_a_pdf_that_unpacks_without_end_is_stopped() -> None:
    bomb = zlib.compress(zlib.compress(b"BT (x) Tj ET " * 40_000_000, 9), 9)
    stream = (
        b"<< /Length %d /Filter [/FlateDecode /FlateDecode] >>\nstream\n" % len(bomb) + bomb + b"\nendstream"
    )
    data = pdf("one").replace(
        b"3 0 obj\n<< /Length", b"3 0 obj\n" + stream + b"\nendobj\n99 0 obj\n<< /Length", 1
    )
    started = time.monotonic()
    assert "unpacks to far more than it is" in (await read("bomb.pdf", data)).problem
    assert time.monotonic() - started < SOON_S


async def test_a_word_document_that_unpacks_to_far_more_is_not_opened() -> None:
    bomb = zipped(word__document_xml=b"<a>" + b" " * 60_000_000 + b"</a>")
    assert len(bomb) < 100_000
    assert "unpacks" in (await read("bomb.docx", bomb)).problem


async def test_entities_of_a_word_document_are_not_expanded() -> None:
    good = word(("Normal", "hello"))
    rows = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    evil = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "lol">{rows}]><x>&e9;</x>'.encode()
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(written, "w") as new:
        for part in old.infolist():
            new.writestr(part, evil if part.filename == "word/document.xml" else old.read(part))
    assert (await read("a.docx", written.getvalue())).problem != ""


async def test_html_nested_without_end_is_refused_and_the_files_beside_it_are_read() -> None:
    started = time.monotonic()
    good, deep, fine = await parse(
        {"good.txt": b"hello", "deep.html": b"<div>" * 150_000, "fine.txt": b"bye"}
    )
    assert good.articles[0].body == "hello"
    assert fine.articles[0].body == "bye"
    assert "nested" in deep.problem
    assert time.monotonic() - started < SOON_S


async def test_a_reader_that_takes_too_long_or_too_much_is_stopped() -> None:
    [slow] = await parse({"a.pdf": pdf(*["page"] * 2_900)}, Limits(wall_s=0.2))
    assert "too long" in slow.problem
    [large] = await parse({"a.md": b"a*b" * 600_000}, Limits(wall_s=SOON_S, memory_bytes=220 << 20))
    assert "memory" in large.problem


async def test_paragraphs_that_do_not_end_are_no_depth() -> None:
    assert (await article("a.html", b"<p>one" * 5_000)).body.startswith("one\n\none")


@pytest.mark.parametrize("name", ["a.md", "a.txt", "a.html"])
async def test_a_text_too_long_for_an_article_is_refused_not_cut(name: str) -> None:
    assert "part it in several files" in (await read(name, b"word " * 400_001)).problem


@pytest.mark.parametrize(
    ("head", "title", "note"),
    [
        ("---\r\ntitle: Returns\r\ntags: [a, b]\r\n---\r\n", "Returns", False),
        ("---\ntitle: Returns\nlanguage: en\n\n", "Returns", True),
        ("---\ntitle: Returns\nlanguage: en\nYou", "Returns", True),
        ("---\ntags:\n  - a\n---\n# Returns\n", "Returns", False),
        ("---\n\n# Returns\n", "Returns", False),
        ("---  \ntitle: Returns\n--- \n", "Returns", False),
    ],
)
async def test_a_head_is_never_a_title_however_it_is_written(head: str, title: str, note: object) -> None:
    found = await read("a_file.md", f"{head} can return anything.\n\nWithin 30 days.".encode())
    [parsed] = found.articles
    assert parsed.title == title
    assert "title:" not in parsed.body
    assert "can return anything" in parsed.body
    assert any("not ended" in each for each in found.notes) == note


async def test_a_text_is_called_by_its_short_first_line() -> None:
    assert (await article("a-b.txt", b"Opening hours\n\nFrom nine to five.")).title == "Opening hours"
    assert (await article("a-b.txt", b"From nine to five.\n\nNever on Sundays.")).title == "a b"
    assert (await article("a-b.txt", b"From nine\nto five")).title == "a b"


async def test_a_pdf_is_called_by_its_largest_line_where_it_does_not_say_what_it_is_called() -> None:
    large = pdf("We deliver.").replace(
        b"(We deliver.) Tj T*", b"/F1 24 Tf (Fees) Tj T* /F1 9 Tf (Five) Tj", 1
    )
    data = re.sub(
        rb"/Length \d+",
        b"/Length %d" % (large.index(b"endstream") - large.index(b"stream\n") - 8),
        large,
        count=1,
    )
    assert (await article("scan-1.pdf", data)).title == "Fees"
    assert (await article("scan-1.pdf", pdf("We deliver.\nDaily."))).title == "scan 1"
    for empty in ("Microsoft Word - fees.docx", "untitled", "scan-1"):
        assert (await article("scan-1.pdf", pdf("We deliver.\nDaily.", title=empty))).title == "scan 1"
