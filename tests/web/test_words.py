"""Every word of ours on a page can be translated."""

import re
from pathlib import Path

import pytest

from tests.web.test_shell import ROOT, TEMPLATES

MARKED = re.compile(r"{%\s*blocktranslate.*?%}.*?{%\s*endblocktranslate\s*%}", re.DOTALL)
COMMENT = re.compile(r"{%\s*comment.*?endcomment\s*%}|{#.*?#}|<!--.*?-->", re.DOTALL)
DRAWING = re.compile(r"<svg.*?</svg>|<script.*?</script>", re.DOTALL)
DYNAMIC = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
SPOKEN = re.compile(r"\s(?:alt|title|placeholder|aria-label|aria-description)=\"([^\"]*)\"")
TAG = re.compile(r"<[^>]*>|[\w-]+=\"[^\"]*\"", re.DOTALL)
WORD = re.compile(r"[^\W\d_]{2,}")
# Names, and what is the same in every language.
NAMES = {"Credence", "CSV", "JSON", "LD", "XLSX", "PDF", "SHA", "UTC", "px"}


def unmarked(source: str) -> list[str]:
    """Words of a template that no translation reaches."""
    plain = DYNAMIC.sub("", DRAWING.sub("", COMMENT.sub("", MARKED.sub("", source))))
    spoken = " ".join(SPOKEN.findall(plain))
    return [word for word in WORD.findall(f"{TAG.sub(' ', plain)} {spoken}") if word not in NAMES]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_says_nothing_that_cannot_be_translated(path: Path) -> None:
    assert unmarked(path.read_text()) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Hello</p>", ["Hello"]),
        ('<p>{% translate "Hello" %} {{ name }}</p>', []),
        ("{% blocktranslate with a=b %}Hello {{ a }}{% endblocktranslate %}", []),
        ('<a aria-label="Close" class="btn">+</a>', ["Close"]),
        ('<svg><title>x</title></svg>{# why #}<img alt="{{ alt }}">', []),
    ],
)
def test_the_search_finds_words_and_nothing_else(source: str, found: list[str]) -> None:
    assert unmarked(source) == found
