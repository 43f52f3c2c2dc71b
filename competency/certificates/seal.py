"""A seal drawn from a certificate's code: the same code, the same seal; another code, another."""

from hashlib import sha256
from math import cos, gcd, pi, sin

from django.utils.safestring import SafeString, mark_safe

CENTRE = 1000
HUB = 300
TURNS = 5  # a curve closes after so many turns, and crosses itself on the way
POINTS_PER_LOBE = 6
RINGS = ((860, 100, 44), (640, 95, 36), (420, 90, 26))  # radius, depth, least lobes


def seal_svg(code: str) -> SafeString:
    """Rings of interlaced waves, as SVG without any style or script."""
    rings = "".join(_ring(number, code) for number in range(len(RINGS)))
    hub = f'<circle cx="{CENTRE}" cy="{CENTRE}" r="{HUB}" class="hub"/>'
    mark = (
        '<g class="eye" transform="translate(820 820) scale(15)">'
        '<circle cx="9.2" cy="12" r="6.7"/><circle cx="14.8" cy="12" r="6.7"/>'
        '<path class="both" d="M12 5.91a6.7 6.7 0 0 1 0 12.18 6.7 6.7 0 0 1 0-12.18Z"/></g>'
    )
    return mark_safe(rings + hub + mark)  # noqa: S308 - numbers of ours alone


def _ring(number: int, code: str) -> str:
    """One curve and its twin, turned by half a crossing and a little smaller."""
    radius, depth, least = RINGS[number]
    digest = sha256(f"{number}:{code}".encode()).digest()
    lobes = _lobes(least + digest[0] % 12)
    deep = depth * (0.85 + digest[1] / 255 * 0.3)
    path = _smooth(_curve(radius, deep, lobes, phase=digest[2] / 255 * 2 * pi))
    turn = 180 / lobes * (1 + digest[3] % 3)
    twin = (
        f"rotate({turn:.2f} {CENTRE} {CENTRE}) translate({CENTRE} {CENTRE}) "
        f"scale(.955) translate(-{CENTRE} -{CENTRE})"
    )
    return f'<path id="ring{number}" d="{path}"/><use href="#ring{number}" transform="{twin}"/>'


def _lobes(wanted: int) -> int:
    """The next number of lobes that shares no factor with the turns, so that none repeats."""
    while gcd(wanted, TURNS) > 1:
        wanted += 1
    return wanted


def _curve(radius: float, depth: float, lobes: int, phase: float) -> list[tuple[float, float]]:
    steps = lobes * POINTS_PER_LOBE
    points = []
    for step in range(steps):
        angle = 2 * pi * TURNS * step / steps
        reach = radius + depth * cos(lobes / TURNS * angle + phase)
        points.append((CENTRE + reach * cos(angle), CENTRE + reach * sin(angle)))
    return points


def _smooth(points: list[tuple[float, float]]) -> str:
    """A closed line through the middle of each side, bent towards the corners; whole numbers."""
    corners = [(round(x), round(y)) for x, y in points]
    following = [*corners[1:], corners[0]]
    middles = [
        ((x + u) // 2, (y + v) // 2) for (x, y), (u, v) in zip(corners, following, strict=True)
    ]
    at_x, at_y = middles[-1]
    drawn = [f"M{at_x} {at_y}"]
    for (x, y), (to_x, to_y) in zip(corners, middles, strict=True):
        drawn.append(f"q{x - at_x} {y - at_y} {to_x - at_x} {to_y - at_y}".replace(" -", "-"))
        at_x, at_y = to_x, to_y
    return "".join(drawn) + "z"
