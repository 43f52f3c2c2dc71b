"""Template tags for every page."""

from datetime import datetime, timedelta
from decimal import Decimal

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from lucide.templatetags.lucide import lucide

from competency.programs.factors import (
    has_second_factor,
    owes_second_factor,
    should_have_second_factor,
)

register = template.Library()


@register.simple_tag
def icon(name: str, more: str = "") -> str:
    """An icon beside words that say the same; `icon-dir` among `more` turns with the script."""
    classes = {"class": f"icon {more}".strip(), "aria-hidden": "true", "focusable": "false"}
    drawn: str = lucide(name, size=20, **classes)
    return drawn


@register.simple_tag
def moment(at: datetime | None) -> SafeString | str:
    """A time in the reader's zone, for machines in UTC."""
    return _time(at, "j M Y, H:i")


@register.simple_tag
def day(at: datetime | None) -> SafeString | str:
    """A date in the reader's zone."""
    return _time(at, "j F Y")


def _time(at: datetime | None, form: str) -> SafeString | str:
    """
    >>> _time(None, "H:i")
    ''
    """
    if at is None:
        return ""
    shown = date_format(timezone.localtime(at), form)
    return format_html('<time datetime="{}">{}</time>', at.isoformat(), shown)


@register.simple_tag(takes_context=True)
def second_factor_duty(context: template.Context) -> str:
    """Whether this reader owes a second factor, would owe one on a public site, or neither."""
    person = context["request"].user
    if owes_second_factor(person):
        return "owed"
    advised = should_have_second_factor(person) and not has_second_factor(person)
    return "advised" if advised else ""


@register.filter
def browser(agent: str) -> str:
    """A browser and a system, as far as they can be guessed from what it says of itself.

    >>> browser("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140 Safari/537.36")
    'Chrome, Linux'
    >>> browser("curl/8")
    'curl/8'
    """
    names = {"Edg/": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome",
             "Safari/": "Safari"}  # fmt: skip
    systems = {"Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows",
               "Mac OS": "macOS", "Linux": "Linux"}  # fmt: skip
    found = [
        next((name for mark, name in known.items() if mark in agent), "")
        for known in (names, systems)
    ]
    return ", ".join(filter(None, found)) or agent[:80]


@register.filter
def span(length: timedelta) -> str:
    """A stretch of time in the largest unit that says enough.

    >>> str(span(timedelta(days=3, hours=5))), str(span(timedelta(minutes=150)))
    ('3.2 days', '2.5 hours')
    >>> str(span(timedelta(minutes=5))), str(span(timedelta(seconds=59)))
    ('5 minutes', 'under a minute')
    """
    days = length.total_seconds() / 86_400
    if days >= 1:
        return _("%(days)s days") % {"days": f"{days:.1f}"}
    if days * 24 >= 1:
        return _("%(hours)s hours") % {"hours": f"{24 * days:.1f}"}
    minutes = int(length.total_seconds() // 60)
    words = ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    return words if minutes else _("under a minute")


@register.filter
def initials(name: str) -> str:
    """Up to two letters for a small round.

    >>> initials("Beatriz Alvarenga-Stone"), initials("王秀英")
    ('BA', '王')
    """
    words = name.split()
    letters = [words[0][0], words[-1][0]] if len(words) > 1 else [word[0] for word in words]
    return "".join(letters).upper()


@register.filter
def level(value: object) -> str:
    """A level or error on the scale, with two decimals; nothing for nothing.

    >>> level("2.8000")
    '2.80'
    """
    return "" if value is None else f"{float(str(value)):.2f}"


@register.filter
def tenth(value: object) -> str:
    """A level with one decimal, for many beside each other; nothing for nothing.

    >>> tenth("2.8499")
    '2.8'
    """
    return "" if value is None else f"{float(str(value)):.1f}"


@register.filter
def short(digest: str) -> str:
    """The first characters of a hash, enough to compare by eye."""
    return f"{digest[:12]}…" if digest else ""


@register.filter
def percent(share: object) -> str:
    """A probability in percent, never rounded to a certainty it is not.

    >>> percent("0.95"), percent("0.9996"), percent("0.0002")
    ('95%', '> 99.9%', '< 0.1%')
    """
    value = float(str(share)) * 100
    if 99.9 < value < 100:
        return "> 99.9%"
    if 0 < value < 0.1:
        return "< 0.1%"
    return f"{value:.1f}%".replace(".0%", "%")


@register.filter
def plain(number: Decimal) -> str:
    """A key's value: its sign where it has one, no idle zeros.

    >>> plain(Decimal("-1.0000"))
    '−1'
    """
    return format(number.normalize(), "f").replace("-", "\N{MINUS SIGN}")


@register.filter
def signed(value: float) -> str:
    """A difference of levels, with its sign.

    >>> signed(0.25), signed(-0.5), signed(0.0)
    ('+0.25', '−0.50', '0.00')
    """
    return f"{value:+.2f}".replace("-", "\N{MINUS SIGN}") if round(value, 2) else "0.00"
