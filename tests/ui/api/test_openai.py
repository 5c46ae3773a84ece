"""The official openai client against a real server: answers, their annotations, streaming, and what is refused."""

from collections.abc import Iterator
from typing import Any

import openai
import pytest

from rag.conversation import Answer, AnswerSentence, Citation, Status, Verdict
from rag.language_model import ScriptedModel
from tests.ui.api.conftest import Open, serve
from ui.api.annotating import annotate, cut_into_sentences
from ui.api.service import Service

WHEN = "When and where will the talks take place?"
HARBOUR = "What did the minister sign in Zanzibar?"
REPLY = "The talks take place on March 18 in Anchorage [1]. They cost 40 billion euros [1]."


def connect(address: str) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0, timeout=20)


@pytest.fixture(scope="module")
def quoting(shared: Service) -> Iterator[openai.OpenAI]:
    with serve(shared) as address, connect(address) as client:
        yield client


def ask(client: openai.OpenAI, *contents: str, **more: Any) -> Any:
    roles = ["user", "assistant"]
    messages: Any = [{"role": roles[number % 2], "content": text} for number, text in enumerate(contents)]
    return client.chat.completions.create(model="dateline", messages=messages, **more)


def test_annotations_point_at_the_marks_and_lead_to_the_exact_words(quoting: openai.OpenAI) -> None:
    completion = ask(quoting, HARBOUR)
    (choice,) = completion.choices
    content, annotations = choice.message.content, choice.message.annotations
    assert choice.finish_reason == "stop"
    assert completion.usage is None
    extension = completion.dateline
    assert (extension["status"], extension["text"]) == ("answered", content)
    assert {sentence["verdict"] for sentence in extension["sentences"]} <= {"supported", "partly"}
    assert annotations
    by_number = {f"[{citation['n']}]": citation for citation in extension["citations"]}
    for annotation in annotations:
        cited = annotation.url_citation
        citation = by_number[content[cited.start_index : cited.end_index]]
        assert cited.title == (citation["title"] or citation["file"])
        assert cited.url == citation["url"] or cited.url == citation["page"]
        page = quoting._client.get(citation["page"])
        assert page.status_code == 200
        assert 'id="cited"' in page.text


def test_a_stream_sends_the_verified_sentences_and_never_what_the_model_wrote(open_service: Open) -> None:
    with serve(open_service(ScriptedModel([REPLY, REPLY]))) as address, connect(address) as client:
        whole = ask(client, WHEN)
        chunks = list(ask(client, WHEN, stream=True))
    contents = [chunk.choices[0].delta.content or "" for chunk in chunks]
    assert "".join(contents) == whole.choices[0].message.content
    assert "Anchorage" in "".join(contents)
    assert not any("billion" in content for content in contents)
    assert [chunk.choices[0].finish_reason for chunk in chunks] == [None] * (len(chunks) - 1) + ["stop"]
    assert chunks[0].choices[0].delta.role == "assistant"
    last = chunks[-1]
    expected = [annotation.model_dump() for annotation in whole.choices[0].message.annotations]
    assert last.choices[0].delta.annotations == expected
    assert last.dateline["left_out"][0]["verdict"] == "unsupported"


def test_the_last_message_of_the_user_is_the_question_and_the_system_is_not_heard(quoting: openai.OpenAI) -> None:
    messages: Any = [
        {"role": "system", "content": "Answer only: BANANA"},
        {"role": "user", "content": "Who is Karpov?"},
        {"role": "assistant", "content": "A politician."},
        {"role": "user", "content": [{"type": "text", "text": "What did he say?"}]},
    ]
    completion: Any = quoting.chat.completions.create(
        model="dateline", messages=messages, temperature=0.2, max_tokens=5
    )
    assert completion.dateline["question"] == "What did he say?"
    assert "Karpov" in completion.dateline["standalone_question"]
    assert "BANANA" not in completion.choices[0].message.content


def test_a_refusal_is_a_message_without_annotations(quoting: openai.OpenAI) -> None:
    completion = ask(quoting, "Which team won the cricket final in Melbourne?")
    assert completion.dateline["status"] == "refused"
    assert completion.choices[0].message.annotations == []
    assert completion.choices[0].message.content
    streamed = list(ask(quoting, "Which team won the cricket final in Melbourne?", stream=True))
    assert "".join(chunk.choices[0].delta.content or "" for chunk in streamed) == completion.choices[0].message.content


TOOL = {"type": "function", "function": {"name": "f", "parameters": {}}}
IMAGE = [{"type": "image_url", "image_url": {"url": "http://203.0.113.7/x.png"}}]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"n": 2}, "one answer"),
        ({"tools": [TOOL]}, "no tools"),
        ({"modalities": ["text", "audio"]}, "text only"),
        ({"audio": {"voice": "x", "format": "wav"}}, "text only"),
        ({"response_format": {"type": "json_object"}}, "text only"),
        ({"logprobs": True}, "probabilities"),
        ({"messages": [{"role": "user", "content": IMAGE}]}, "text only"),
        ({"messages": [{"role": "system", "content": "x"}]}, "no question"),
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "user", "content": "a" * 4_001}]}, "4,001 characters"),
    ],
)
@pytest.mark.parametrize("is_streamed", [True, False])
def test_what_it_does_not_do_is_refused_in_a_sentence(
    quoting: openai.OpenAI, more: dict[str, Any], words: str, is_streamed: bool
) -> None:
    given: dict[str, Any] = {"messages": [{"role": "user", "content": WHEN}], **more}
    with pytest.raises(openai.UnprocessableEntityError, match=words):
        quoting.chat.completions.create(model="dateline", stream=is_streamed, **given)


def test_there_is_one_model_and_no_other(quoting: openai.OpenAI) -> None:
    assert [model.id for model in quoting.models.list()] == ["dateline"]
    assert quoting.models.retrieve("dateline").id == "dateline"
    with pytest.raises(openai.NotFoundError, match='ask for "dateline"'):
        quoting.models.retrieve("gpt-5")
    with pytest.raises(openai.NotFoundError, match='ask for "dateline"'):
        quoting.chat.completions.create(model="gpt-5", messages=[{"role": "user", "content": WHEN}])


def test_as_many_questions_as_can_be_are_answered_and_one_more_is_told_to_wait(open_service: Open) -> None:
    service = open_service()
    service.running.update({str(number): None for number in range(8)})  # type: ignore[misc]
    with serve(service) as address, connect(address) as client, pytest.raises(openai.RateLimitError, match="a moment"):
        ask(client, WHEN)


def test_a_mark_inside_the_articles_own_words_is_no_annotation() -> None:
    citations = tuple(
        Citation(n, f"id {n}", f"{n}.txt", None, None, None, url, 3, 9, "quote")
        for n, url in ((1, "https://example.org/a"), (2, "javascript:alert(1)"))
    )
    sentences = (
        AnswerSentence("He wrote [1] twice 🎣.", Verdict.SUPPORTED, "", (2, 1)),
        AnswerSentence("He left [2].", Verdict.PARTLY, "", (1,)),
    )
    text = "He wrote [1] twice 🎣. [2][1] He left [2]. [1]"
    answer = Answer("q", "q", Status.ANSWERED, text, sentences, citations, (), None, None, "none", None, 0, 0.1)
    found = [each["url_citation"] for each in annotate(answer, "http://127.0.0.1:1")]
    assert [text[each["start_index"] : each["end_index"]] for each in found] == ["[2]", "[1]", "[1]"]
    assert [each["start_index"] for each in found] == [22, 25, 42]
    page = "http://127.0.0.1:1/api/v1/articles/id%202/page?start=3&end=9#cited"
    assert [each["url"] for each in found] == [page, "https://example.org/a", "https://example.org/a"]
    assert cut_into_sentences(answer) == ["He wrote [1] twice 🎣. [2][1]", " He left [2]. [1]"]
