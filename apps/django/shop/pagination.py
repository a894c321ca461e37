"""Lists in pages. Their number is bounded, so that no request counts or skips without end."""

from __future__ import annotations

from functools import cached_property
from typing import Any, TypeVar

from django.core.paginator import EmptyPage, Page, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest, QueryDict

from problems.exceptions import Missing
from validation.values import whole_number_in

PAGE_SIZE = 24
MOST_PAGES = 100

Row = TypeVar("Row", bound=Model)


class ReachablePaginator(Paginator[Any]):
    """Counts no further than to the last page that can be asked for."""

    object_list: QuerySet[Any]

    def __init__(self, rows: QuerySet[Any]) -> None:
        super().__init__(rows, PAGE_SIZE)

    @cached_property
    def count(self) -> int:
        # Rows are counted in no order: a search would rank all that it finds.
        return self.object_list.order_by()[: MOST_PAGES * PAGE_SIZE].count()


def page_number(request: HttpRequest) -> int:
    return whole_number_in(request.GET, "page", least=1, most=MOST_PAGES, default=1)


def page_of(rows: QuerySet[Row], number: int) -> Page[Row]:
    """The first page is there even when it is empty; behind the last is 404."""
    paginator = ReachablePaginator(rows)
    try:
        return paginator.page(number)
    except EmptyPage:
        raise Missing(f"There is no page {number}: the last is {paginator.num_pages}.") from None


class PageLinks:
    """Path and query of the pages before and after one; none where there is none."""

    def __init__(self, page: Page[Row], path: str, **given: str | None) -> None:
        self._path = path
        self._given = given
        self.previous = self._to(page.number - 1) if page.has_previous() else None
        self.next = self._to(page.number + 1) if page.has_next() else None

    def _to(self, number: int) -> str:
        query = QueryDict(mutable=True)
        query.update({name: value for name, value in self._given.items() if value is not None})
        query["page"] = str(number)
        return f"{self._path}?{query.urlencode()}"
