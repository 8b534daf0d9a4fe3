"""Every sink in turn, empty."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.ingest.sink import Sink
from tests.sync.ingest.stores import STORES, Store


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return STORES[request.param](tmp_path)


@pytest.fixture
def sink(store: Store) -> Iterator[Sink]:
    opened = store.open()
    yield opened
    opened.close()
