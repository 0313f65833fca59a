"""All graph questions by name: each is a Question constant of a module of this folder."""

from importlib import import_module, resources
from typing import Any

from nhs_graph.queries.question import Question

AnyQuestion = Question[Any, Any, Any]


def questions() -> dict[str, AnyQuestion]:
    """Every question, by name; a new module needs no line here."""
    files = resources.files("nhs_graph.queries").iterdir()
    modules = sorted(name.removesuffix(".py") for file in files if (name := file.name).endswith(".py"))
    return {
        value.name: value
        for module in modules
        if module not in {"__init__", "catalogue"}
        for value in vars(import_module(f"nhs_graph.queries.{module}")).values()
        if isinstance(value, Question)
    }


def defaults(name: str) -> dict[str, Any]:
    """What a question's parameters are when they are not given; those that must be given are absent."""
    question = questions().get(name)
    fields = question.params.model_fields if question else {}
    return {key: field.get_default() for key, field in fields.items() if not field.is_required()}
