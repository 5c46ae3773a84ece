import threading

import pytest

from index.errors import HaltedError
from rag.halting import Halt


def test_what_is_to_be_done_at_the_call_is_done_once_and_only_while_it_is_wanted() -> None:
    halt, done = Halt(), []
    with halt.calling(lambda: done.append("early")):
        pass
    with halt.calling(lambda: done.append("in time")):
        halt.call()
        halt.call()
    assert done == ["in time"]


def test_what_comes_after_the_call_is_done_at_once() -> None:
    halt, done = Halt(), []
    halt.call()
    with halt.calling(lambda: done.append("late")):
        assert done == ["late"]
    assert done == ["late"]


def test_going_on_is_refused_from_the_call_on() -> None:
    halt = Halt()
    halt.check()
    halt.call()
    with pytest.raises(HaltedError):
        halt.check()


def test_whoever_waits_is_woken_by_the_call() -> None:
    halt = Halt()
    threading.Timer(0.05, halt.call).start()
    assert halt.wait(10)
