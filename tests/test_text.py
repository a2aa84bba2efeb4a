"""Strings from outside: nothing invisible, nothing unencodable, no address that pretends to be another."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.text import TEXT_LIMIT, clean_text, cut, fold, paragraphs, public_url, ranking_form, safe_url, squeeze

ANY_TEXT = st.text(
    st.one_of(
        st.characters(exclude_categories=()),
        st.sampled_from(
            "\x00\x07\x0b\r\n\t\x85\x92\xa0\xad\u200b\u200e\u2028\u202e\u2066\ufeff\uffff\ud800\udfff\U000e0041"
        ),
        st.sampled_from("aüß\u0308\u0301ﬁ①Å中😀"),
    ),
    max_size=60,
)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("För\xadde\u200brung", "Förderung"),
        ("Fo\u0308rderung", "Förderung"),
        ("a\r\nb\rc\u2028d\te", "a\nb\nc\nd\te"),
        ("one\x0btwo\x0cthree", "one two three"),
        ("a\x00b\x07c", "abc"),
        ("evil\u202etxt.exe\u2066\u200f", "eviltxt.exe"),
        ("lone\ud800surrogate", "lonesurrogate"),
        ("Europe\x92s \x96 plan", "Europe’s – plan"),
        ("tag\U000e0041\U000e007f", "tag"),
        ("😀 R&D C++", "😀 R&D C++"),
        ("", ""),
    ],
)
def test_clean_text(raw: str, clean: str) -> None:
    assert clean_text(raw) == clean


@settings(max_examples=200, deadline=None)
@given(ANY_TEXT)
def test_clean_text_is_idempotent_encodable_and_without_invisible_characters(raw: str) -> None:
    clean = clean_text(raw)
    assert clean_text(clean) == clean
    assert clean.encode().decode() == clean
    assert unicodedata.is_normalized("NFC", clean)
    bad = {c for c in clean if unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t"}
    assert not bad
    assert not set(clean) & set("\xad\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2066\u2069\u2060\ufeff\ufffe\uffff")


@settings(max_examples=200, deadline=None)
@given(ANY_TEXT)
def test_every_form_is_idempotent(raw: str) -> None:
    for form in (squeeze, paragraphs, ranking_form, fold):
        assert form(form(raw)) == form(raw)
    assert "\n" not in squeeze(raw)
    assert "\n\n\n" not in paragraphs(raw)


def test_squeeze_and_paragraphs_treat_all_blanks_alike() -> None:
    assert squeeze("  Skills\xa0 Hubs\n\tof\u202fExcellence\xa0") == "Skills Hubs of Excellence"
    assert paragraphs(" a \xa0b \n\n\n\n  c\t") == "a b\n\nc"


def test_ranking_form_joins_what_looks_alike_and_keeps_words() -> None:
    assert ranking_form("ﬁnance ５Ｇ H₂") == "finance 5G H2"
    assert ranking_form("Fo\u0308rderung") == ranking_form("Förderung")
    assert fold("  Öffnung ") == fold("OEFFNUNG".replace("OE", "Ö")) == "offnung"
    assert fold("Straße") == "strasse"


def test_cut_counts_bytes_and_never_splits_a_character() -> None:
    assert cut("abc", 3) == ("abc", False)
    assert cut("abcd", 3) == ("abc", True)
    assert cut("äö", 3) == ("ä", True)
    assert cut("ä" * TEXT_LIMIT)[0] == "ä" * (TEXT_LIMIT // 2)
    assert cut("\ud800" + "a" * 300_000) == ("a" * TEXT_LIMIT, True)


@pytest.mark.parametrize(
    ("raw", "safe"),
    [
        ("https://ec.europa.eu/info", "https://ec.europa.eu/info"),
        (" https://EUROPA.eu?a=b#c ", "https://europa.eu?a=b#c"),
        ("HTTPS://cinea.ec.europa.eu", "https://cinea.ec.europa.eu"),
        ("https://ec.europa.eu/ä\"<b>'", "https://ec.europa.eu/%C3%A4%22%3Cb%3E%27"),
        ("https://ec.europa.eu/a%20b", "https://ec.europa.eu/a%20b"),
    ],
)
def test_safe_url_takes_europa(raw: str, safe: str) -> None:
    assert safe_url(raw) == safe
    assert safe_url(safe) == safe


TRICKS = [
    "http://ec.europa.eu/",
    "//ec.europa.eu/",
    "https:ec.europa.eu",
    "https:///ec.europa.eu",
    "https://ec.europa.eu.evil.org/",
    "https://evil.org/ec.europa.eu",
    "https://evil.org#.europa.eu",
    "https://evil.org?.europa.eu",
    "https://evileuropa.eu/",
    "https://ec.europa.eu@evil.org/",
    "https://user:word@ec.europa.eu/",
    "https://ec.europa.eu:8443/",
    "https://ec.europa.eu\\@evil.org/",
    "https://evil.org\\.europa.eu/",
    "https://ec.europa.eu\n.evil.org",
    "https://ec.eur\topa.eu/",
    "https://ec.europa.eu%2eevil.org/",
    "https://ec.europa.eu./",
    "https://.europa.eu/",
    "https://-.europa.eu/",
    "https://еc.europa.eu/",  # a Cyrillic letter
    "https://ec。europa.eu/",
    "https://ec.europa.eu\u202e/",
    "https://ec.europa.eu/\x00",
    "https://ec.europa.eu/a b",
    "javascript:alert(1)//https://ec.europa.eu",
    "data:text/html,https://ec.europa.eu",
    "https://ec.europa.eu/" + "a" * 3000,
    "",
]


@pytest.mark.parametrize("raw", TRICKS)
def test_safe_url_refuses_tricks(raw: str) -> None:
    assert safe_url(raw) is None


@pytest.mark.parametrize(
    "raw",
    [
        "http://example.org",
        "https://localhost/",
        "https://printer/",
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://[::1]/",
        "https://nas.local/",
        "https://db.internal/x",
        "https://me:pw@example.org/",
        "https://example.org:22/",
        "ftp://example.org/",
    ],
)
def test_public_url_refuses_local_names_numbers_and_credentials(raw: str) -> None:
    assert public_url(raw) is None


def test_public_url_takes_an_organisers_site_which_is_no_safe_link() -> None:
    assert public_url("https://www.NWEurope.eu/Call?x=1") == "https://www.nweurope.eu/Call?x=1"
    assert safe_url("https://www.nweurope.eu/") is None


@settings(max_examples=200, deadline=None)
@given(st.one_of(ANY_TEXT, st.builds("https://{}europa.eu{}".format, ANY_TEXT, ANY_TEXT)))
def test_what_safe_url_lets_through_is_on_europa(raw: str) -> None:
    safe = safe_url(raw)
    if safe is not None:
        host = safe.removeprefix("https://").split("/")[0].split("?")[0].split("#")[0]
        assert host == "europa.eu" or host.endswith(".europa.eu")
        assert safe.isascii()
        assert not set(safe) & set(" <>\"'\\\n")
