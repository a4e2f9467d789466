"""A small plot with logarithmic axes, as SVG that reads well on light and dark pages."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import ceil, floor, log10
from typing import NamedTuple

_WIDE, _HIGH = 430, 300
_LEFT, _TOP, _RIGHT, _BOTTOM = 60, 30, 20, 40
_COLOURS = ("#1f77b4", "#2ca02c", "#d62728", "#9467bd", "#ff7f0e")


class Curve(NamedTuple):
    """A name and its points, both coordinates above zero."""

    name: str
    points: Sequence[tuple[float, float]]


def draw(panels: Sequence[tuple[str, Sequence[Curve]]]) -> str:
    """The panels side by side, each with its unit and curves; x is the number of pages."""
    curves = panels[0][1] if panels else ()
    wide, high = _WIDE * len(panels), _HIGH + 24
    told = f"{' and '.join(unit for unit, _ in panels)} by the number of pages: {', '.join(curve.name for curve in curves)}"
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}" font-family="sans-serif" '
        f'font-size="12" role="img" aria-label="{escape(told)}">',
        f'<rect width="{wide}" height="{high}" fill="#fff"/>',
    ]
    for at, (unit, curves) in enumerate(panels):
        out += [f'<g transform="translate({at * _WIDE} 0)">', *_panel(unit, curves), "</g>"]
    for at, curve in enumerate(panels[0][1] if panels else ()):
        x = _LEFT + at * (wide - _LEFT) // len(panels[0][1])
        out.append(f'<rect x="{x}" y="{_HIGH + 4}" width="12" height="12" fill="{_COLOURS[at % len(_COLOURS)]}"/>')
        out.append(f'<text x="{x + 18}" y="{_HIGH + 14}">{escape(curve.name)}</text>')
    return "\n".join([*out, "</svg>", ""])


def _panel(unit: str, curves: Sequence[Curve]) -> list[str]:
    xs, ys = ([point[axis] for curve in curves for point in curve.points] for axis in (0, 1))
    left, right = floor(log10(min(xs))), max(ceil(log10(max(xs))), floor(log10(min(xs))) + 1)
    low, top = floor(log10(min(ys))), max(ceil(log10(max(ys))), floor(log10(min(ys))) + 1)

    def x(value: float) -> float:
        return _LEFT + (log10(value) - left) / (right - left) * (_WIDE - _LEFT - _RIGHT)

    def y(value: float) -> float:
        return _HIGH - _BOTTOM - (log10(value) - low) / (top - low) * (_HIGH - _TOP - _BOTTOM)

    out = [f'<text x="{_LEFT}" y="18" font-weight="bold">{escape(unit)}</text>']
    for power in range(low, top + 1):
        at = y(10**power)
        out.append(f'<path d="M{_LEFT} {at:.1f}H{_WIDE - _RIGHT}" stroke="#ddd"/>')
        out.append(f'<text x="{_LEFT - 6}" y="{at + 4:.1f}" text-anchor="end">{10.0**power:,g}</text>')
    for power in range(left, right + 1):
        at = x(10**power)
        out.append(f'<path d="M{at:.1f} {_TOP}V{_HIGH - _BOTTOM}" stroke="#ddd"/>')
        out.append(f'<text x="{at:.1f}" y="{_HIGH - _BOTTOM + 16}" text-anchor="middle">{10**power:,d}</text>')
    out.append(f'<text x="{_WIDE - _RIGHT}" y="{_HIGH - 8}" text-anchor="end">pages</text>')
    for at, curve in enumerate(curves):
        colour = _COLOURS[at % len(_COLOURS)]
        points = [(x(a), y(b)) for a, b in curve.points]
        out.append(
            f'<polyline points="{" ".join(f"{a:.1f},{b:.1f}" for a, b in points)}" fill="none" stroke="{colour}" stroke-width="2"/>'
        )
        out += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3" fill="{colour}"/>' for a, b in points]
    return out
