"""The shipped Cypher files and the Question constants are one to one, and say the same names."""

import re
from typing import Any

import pytest

from nhs_graph.queries.catalogue import defaults, questions
from nhs_graph.queries.question import Question
from nhs_graph.queries.saved import all_saved

QUESTIONS = questions()


def returned_aliases(text: str) -> list[str]:
    """The column names of the last RETURN, in order: `x AS name` or a bare `name`."""
    last = text.rsplit("\nRETURN\n", 1)[1].split("\nORDER BY", 1)[0]
    depth, item, items = 0, "", list[str]()
    for char in last:
        depth += (char in "([{") - (char in ")]}")
        if char == "," and depth == 0:
            items.append(item)
            item = ""
        else:
            item += char
    return [re.split(r"\s+AS\s+", part.strip())[-1].strip() for part in [*items, item]]


def test_files_and_questions_are_one_to_one() -> None:
    assert {saved.name for saved in all_saved()} == set(QUESTIONS)


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_parameters_and_columns_are_those_of_the_models(question: Question[Any, Any, Any]) -> None:
    used = set(re.findall(r"\$(\w+)", question.text))
    assert used == set(question.params.model_fields)
    assert returned_aliases(question.text) == list(question.row.model_fields)


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_every_file_opens_with_a_title_and_a_sentence(question: Question[Any, Any, Any]) -> None:
    title, sentence, *_ = question.text.splitlines()
    assert title.startswith("// ")
    assert title.endswith("?")
    assert sentence.startswith("// One row")


def test_a_question_run_by_name_takes_the_defaults_of_its_command() -> None:
    assert defaults("boundaries_councils")["council"] == "upper"
    assert "as_of" not in defaults("boundaries_councils")
    assert defaults("lineage_show") == {"direction": "both"}
    assert defaults("no such question") == {}
