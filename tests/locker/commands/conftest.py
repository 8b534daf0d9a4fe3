import pytest

from tests.locker.commands.desk import Desk


@pytest.fixture
def desk(capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(capsys)
