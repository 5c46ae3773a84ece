"""Reading one field of a JSON object, or saying which field is wrong and how."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


class FieldError(Exception):
    """One field is wrong; becomes part of a sentence that also names file and line."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field} {problem}")


@dataclass(frozen=True, slots=True)
class CaseFields:
    """The fields of one object; `within` is the name of the field that the object stands in."""

    data: Mapping[str, Any]
    within: str = ""

    def text(self, name: str, *, default: str | None = None) -> str:
        """A text that is not blank; `default` when the field is missing, which without one is an error."""
        value = self.data.get(name, default)
        if value is None:
            raise FieldError(self._name(name), "is missing")
        if not isinstance(value, str) or (not value.strip() and default is None):
            raise FieldError(self._name(name), "must be a text that is not empty")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """A text or a list of texts; none when the field is missing."""
        value = self.data.get(name, [])
        listed = [value] if isinstance(value, str) else value
        if not isinstance(listed, list) or not all(isinstance(text, str) and text.strip() for text in listed):
            raise FieldError(self._name(name), "must be a text or a list of texts that are not empty")
        return tuple(listed)

    def day(self, name: str) -> date | None:
        """A day such as 2021-03-18; None when the field is missing."""
        value = self.data.get(name)
        if value is None:
            return None
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError) as error:
            raise FieldError(self._name(name), "must be a day such as 2021-03-18") from error

    def items(self, name: str) -> list[Any]:
        """A list of anything; empty when the field is missing."""
        value = self.data.get(name, [])
        if not isinstance(value, list):
            raise FieldError(self._name(name), "must be a list")
        return value

    def objects(self, name: str) -> list[Mapping[str, Any]]:
        """A list of objects; empty when the field is missing."""
        items = self.items(name)
        if not all(isinstance(item, dict) for item in items):
            raise FieldError(self._name(name), "must be a list of objects")
        return items

    def count(self, name: str) -> int:
        """A whole number from 0."""
        value = self.data.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise FieldError(self._name(name), "must be a whole number from 0")
        return value

    def _name(self, name: str) -> str:
        return f"{self.within}.{name}" if self.within else name
