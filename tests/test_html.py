"""HTML of descriptions: sections, plain text without a tag, few safe tags, and no time lost on hostile markup."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.sources._html import SHOWN, hostile, plain, read

SIZE = 200_000
MARK = 'class="topicdescriptionkind"'


def kinds(source: str) -> list[tuple[str, str]]:
    return [(section.kind, section.text) for section in read(source).sections]


@pytest.mark.parametrize(
    "source",
    [
        f"<p {MARK}>Expected Outcome:</p><p>One</p><p {MARK}>Scope:</p><p>Two</p>",
        f"<SPAN {MARK}>ExpectedOutcome</SPAN>:<p>One</p>\n<SPAN {MARK}>Scope</SPAN>:<p>Two</p>",
        f'<span class="eui topicDescriptionKind">EXPECTED OUTCOME</span> One<br/><P {MARK.upper()}>scope</P>Two',
        f"<p {MARK}><b>Expected</b> Outcomes&nbsp;:</p>One<div><p class=topicdescriptionkind>Scope</p></div>Two",
        "<p>Expected Outcome:</p><p>One</p><p><strong>Scope</strong></p><p>Two</p>",
        "Expected Outcome:\nOne\nScope:\nTwo",
    ],
)
def test_sections_by_their_headings_in_every_recorded_form(source: str) -> None:
    assert kinds(source) == [("expected outcome", "One"), ("scope", "Two")]


def test_text_before_the_first_heading_and_unknown_headings_are_kept() -> None:
    source = (
        f"<p>Intro</p><p {MARK}>Objective:</p>A<p {MARK}>Expected Impact:</p>B"
        f"<p {MARK}>Specific Topic Conditions</p>C<p {MARK}>Cross-cutting Priorities</p>Social Innovation"
    )
    assert kinds(source) == [
        ("text", "Intro"),
        ("objective", "A"),
        ("expected impact", "B"),
        ("conditions", "C"),
        ("text", "Cross-cutting Priorities: Social Innovation"),
    ]


def test_an_unclosed_heading_does_not_swallow_the_text() -> None:
    long = "hydrogen " * 40
    found = kinds(f'<span class="topicdescriptionkind">Scope:<p>{long}</p>')
    assert len(found) == 1
    assert long.strip() in found[0][1]


def test_blocks_stay_apart_and_inline_marks_do_not_split_words() -> None:
    source = "<p>One</p><p>Two</p><div>Three<br>Four</div><ul><li>Five</li><li><p>Six</p></li></ul>"
    source += "H<sub>2</sub> <b>st</b>eel"
    assert plain(source).split() == ["One", "Two", "Three", "Four", "-", "Five", "-", "Six", "H2", "steel"]
    assert plain("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>").split() == ["a", "b", "c"]
    assert plain("<p>line\r\nbreak&nbsp;in\u00a0 source</p>") == "line break in source"


def test_entities_are_decoded_once() -> None:
    assert plain("<p>R&amp;I &lt;b&gt; &amp;lt;script&amp;gt; &#xa0;caf&eacute;</p>") == "R&I <b> &lt;script&gt; café"
    assert plain("R&amp;I &amp;lt; 5") == "R&I &lt; 5"


def test_scripts_styles_and_comments_give_no_text() -> None:
    source = "<style>p{}</style><script>a(1)</script><p>Text<!-- hidden --></p>"
    source += "<template>x</template><svg><text>y</text></svg>"
    assert plain(source) == "Text"


def test_broken_attribute_of_the_portal_is_harmless() -> None:
    source = (
        '<div class="eui-u-mt-l>"><h4>General conditions</h4><div><h4>1. Admissibility</h4><p>page limits</p></div>'
    )
    assert plain(source).split("\n") == ["General conditions", "", "1. Admissibility", "", "page limits"]


def test_shown_html_keeps_few_tags_and_links_to_europa_only() -> None:
    source = (
        '<p style="x" onclick="a()">T<img src="https://evil.org/p.png"><a href="https://ec.europa.eu/x" target="_top"'
        '>in</a><a href="https://evil.org/">out</a><a href="javascript:alert(1)">js</a><script>bad()</script>'
        '<iframe src="//x"></iframe></p>'
    )
    shown = read(source).html
    assert shown is not None
    assert re.findall(r'(?:href|src|style|onclick|target)="?([^" >]*)', shown) == ["https://ec.europa.eu/x"]
    assert {tag.lower() for tag in re.findall(r"</?([a-zA-Z0-9]+)", shown)} == {"p", "a"}
    assert "bad" not in shown
    assert "img" not in SHOWN


def test_addresses_of_organisers_stand_in_the_text_on_request() -> None:
    source = '<p>See <a href="https://www.nweurope.eu/call">our site</a>, <a href="https://ec.europa.eu/">EU</a></p>'
    assert read(source, addresses=True).sections[0].text == "See our site (www.nweurope.eu/call), EU"
    assert read(source).sections[0].text == "See our site, EU"
    shown = '<a href="https://www.nweurope.eu/">nweurope.eu/</a>'
    assert read(shown, addresses=True).sections[0].text == "nweurope.eu/"


def test_no_text_is_no_section_and_no_html() -> None:
    for source in (
        "",
        "  ",
        "<p>&nbsp;</p>",
        "<p>\u200b</p>",
        "<ul><li></li></ul>",
        '<p class="topicdescriptionkind">Scope:</p>',
    ):
        assert read(source) == ([], None)


def repeated(piece: str, size: int = SIZE) -> str:
    return piece * (size // len(piece))


HOSTILE = {
    "nested div": repeated("<div>"),
    "nested lists": repeated("<ul><li>"),
    "nested tables": repeated("<table><tr><td>"),
    "open links": repeated('<a href="'),
    "open comments": repeated("<!--", 1_000_000),
    "angles": repeated("<"),
    "open instructions": repeated("<?"),
    "open scripts": repeated("<script>"),
    "formatting": "".join(f"<b id=x{i}>" for i in range(190)) + repeated("<p>x"),
    "different formatting": "".join(f"<font size={i}>" for i in range(5000)) + repeated("<p>x", 100_000),
    "attributes": "<p " + " ".join(f"a{i}=1" for i in range(SIZE // 8)) + ">x",
    "many attributes": repeated("<p " + " ".join(f"a{i}=1" for i in range(1200)) + ">"),
    "mixed": repeated("<a><b><p>"),
    "headings": repeated('<p class="topicdescriptionkind">Scope</p>x'),
    "links": repeated('<a href="https://ec.europa.eu/x">y</a>'),
    "entities": repeated("&#x"),
    "closing": repeated("</div>"),
    "svg": repeated("<svg><desc>"),
    "below the check": repeated("<div>", 19_900),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_markup_takes_less_than_a_second(name: str) -> None:
    began = time.process_time()
    found = read(HOSTILE[name], addresses=True)
    assert time.process_time() - began < 1
    assert not any(re.search(r"<(div|script|ul|a |p )", section.text) for section in found.sections)


def test_text_of_hostile_markup_is_kept() -> None:
    source = (
        repeated("<div>")
        + "<p>R&amp;I</p><script>bad()</script><li title='>'>Two</li><!-- no -->three <b>x</b> 1 < 2"
    )
    assert hostile(source)
    found = read(source)
    assert found.sections[0].text == "R&I\n\nTwo\nthree x 1 < 2"
    assert found.html == "<p>R&amp;I</p><p>Two</p><p>three x 1 &lt; 2</p>"


def test_an_ordinary_long_text_is_not_hostile() -> None:
    source = '<div class="x"><p style="margin:0"><span>text <b>bold</b></span><br><li>item</div>' * 3000
    assert len(source) > SIZE
    assert not hostile(source)


PIECES = (
    "<p> </p> <b> <li> <a_href=' '> <script> </script> <!-- --> &lt; &amp;lt; \ue000 \ue0000\ue001 "
    "\ue00077\ue001 Scope: <svg_onload=x> <img_src=x_onerror=y> <p_class=topicdescriptionkind>"
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.one_of(st.sampled_from([piece.replace("_", " ") for piece in PIECES.split(" ")]), st.text(max_size=5)),
        max_size=30,
    ).map("".join)
)
def test_no_markup_survives_in_text_or_runs_in_html(source: str) -> None:
    found = read(source)
    written = source.count("&lt;") + source.count("&amp;lt;")
    text = " ".join(section.text for section in found.sections)
    # A "<" before a letter is a tag unless it was written as an entity.
    assert len(re.findall(r"<(?:script|svg|img|p class)", text)) <= written
    assert not re.search(r"(?i)<(script|svg|img|iframe)|<[^>]*\son\w+\s*=", found.html or "")
    assert all(section.text.strip() == section.text for section in found.sections)
