"""Regular expressions that are compiled when they are first used.

Reading pages may need a thousand; one page needs three hundred, and to compile all of them takes longer than to read it. What nearly
every page needs, or what is compared with the `re` of a match, is compiled with `re.compile` all the same.
"""

from __future__ import annotations

import re
from typing import Any, cast

_METHODS = ("search", "match", "fullmatch", "finditer", "findall", "split", "sub", "subn")


class _Late:
    """Stands for a pattern. What is asked of it first has it compiled; from then on its methods are the pattern's own."""

    def __init__(self, source: str, flags: int) -> None:
        self._source = source
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        made = re.compile(self._source, self._flags)
        self.__dict__.update({method: getattr(made, method) for method in _METHODS})
        return getattr(made, name)


def pattern(source: str, flags: int = 0) -> re.Pattern[str]:
    """What `re.compile` gives, for a constant of a module: an error in it, too, is only seen once it is used."""
    return cast("re.Pattern[str]", _Late(source, flags))
