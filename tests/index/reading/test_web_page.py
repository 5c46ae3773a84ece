import pytest

from index.reading.web_page import read_web_page


@pytest.mark.parametrize("control", ["\x0c", "&#12;", "&#x1;", "&#xFFFE;", "&#11", "\x01"])
def test_controls_in_a_page_and_references_to_them_are_left_out(control: str) -> None:
    words = (
        "The ferry sank off Naxos on Friday, and all forty of its passengers were saved by fishermen from the harbour."
    )
    page = f"<html><body><article><h1>Ferry</h1><p>{words}<span hidden>no</span>{control} &#123;sic&#125;</p></article></body></html>"
    draft = read_web_page(page.encode())
    assert "{sic}" in draft.text
    assert words in draft.text
