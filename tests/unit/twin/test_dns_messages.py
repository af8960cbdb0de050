"""Messages of DNS are read as they were written, and rubbish is no message."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.twin.formats import names
from seawall.twin.formats.names import Code, Kind, Question, Record

LABEL = st.from_regex(r"[a-z][a-z0-9-]{0,9}[a-z0-9]", fullmatch=True)
NAME = st.lists(LABEL, min_size=1, max_size=4).map(".".join)
RECORD = st.one_of(
    st.builds(Record, NAME, st.just(Kind.A), st.ip_addresses(v=4).map(str)),
    st.builds(Record, NAME, st.just(Kind.AAAA), st.ip_addresses(v=6).map(str)),
    st.builds(Record, NAME, st.just(Kind.CNAME), NAME),
)


@given(st.integers(0, 65_535), NAME, st.sampled_from(Kind))
def test_a_question_is_read_as_written(number: int, name: str, kind: Kind) -> None:
    question = Question(number, name, kind)
    assert names.read_question(names.ask(question)) == question


@given(NAME, st.sampled_from(Code), st.lists(RECORD, max_size=4))
def test_an_answer_is_read_as_written(
    name: str, code: Code, records: list[Record]
) -> None:
    question = Question(7, name, Kind.A)
    reply = names.read_reply(names.answer(question, code, tuple(records)))
    assert reply is not None
    assert (reply.number, reply.code) == (7, code)
    assert reply.records == tuple(records)


@given(st.binary(max_size=80))
def test_rubbish_is_no_message(data: bytes) -> None:
    names.read_question(data)
    names.read_reply(data)


def test_names_that_point_at_each_other_end() -> None:
    loop = names.ask(Question(1, "a", Kind.A))[:12] + b"\xc0\x0c\x00\x01\x00\x01"
    assert names.read_question(loop) is None


@pytest.mark.parametrize("cut", range(1, 12))
def test_a_message_that_is_cut_short_is_none(cut: int) -> None:
    whole = names.ask(Question(1, "example.com", Kind.A))
    assert names.read_question(whole[:cut]) is None
