"""Templates as a small language: text, variables, conditions, one loop over the sources. Nothing in it can run away."""

from collections.abc import Callable, Iterator, Mapping
from time import monotonic

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from app.answering.prompting.domain import (
    CARDS,
    LONGEST_BODY,
    MOST_EXAMPLES,
    MOST_TOKENS,
    Example,
    Problem,
    PromptText,
    TemplateName,
)
from app.answering.prompting.tokens import estimate_tokens

MOST_RENDERED, LONGEST_S = 400_000, 0.5
_FILTERS = frozenset({"trim", "upper", "lower", "length", "title", "capitalize"})
_LOOP = frozenset({"index", "index0", "first", "last", "length"})
_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.If, nodes.For, nodes.Filter,
    nodes.Const, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.CondExpr, nodes.Concat,
)  # fmt: skip
_environment = ImmutableSandboxedEnvironment(
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=False,
    autoescape=False,
)


class RenderedTooLong(Exception):
    """A template makes more text, or takes longer, than any prompt may."""


def compiled(body: str) -> Template:
    """A template ready to be rendered. Raises TemplateError."""
    return _environment.from_string(body)


def rendered(template: Template, values: Mapping[str, object]) -> str:
    """The text of a template, bounded in size and time. Raises TemplateError, RenderedTooLong."""
    pieces, size, ends = [], 0, monotonic() + LONGEST_S
    for piece in template.generate(**values):
        pieces.append(piece)
        size += len(piece)
        if size > MOST_RENDERED or monotonic() > ends:
            raise RenderedTooLong
    return "".join(pieces).strip()


def problems_of(name: TemplateName, text: PromptText, show: Callable[[PromptText], str]) -> list[Problem]:
    """Everything that keeps a template from being used; `show` renders it with its examples."""
    if len(text.body) > LONGEST_BODY:
        return [Problem("prompt_too_long", values={"limit": LONGEST_BODY, "length": len(text.body)})]
    found: list[Problem] = []
    try:
        tree = _environment.parse(text.body)
        found += [*_forbidden(tree), *_unknown(name, tree)]
        if not found:  # compiling already calculates what is constant, however large
            found += [*_lacking(name, compiled(text.body), text.body), *_examples(name, text.examples)]
    except TemplateSyntaxError as error:
        return [Problem("prompt_syntax", error.lineno, {"what": (error.message or "")[:200]})]
    except (TemplateError, RecursionError, OverflowError) as error:
        return [Problem("prompt_syntax", values={"what": type(error).__name__})]
    if not found:
        cost = estimate_tokens(show(text))
        if cost > MOST_TOKENS:
            found.append(Problem("prompt_costs_too_much", values={"tokens": cost, "limit": MOST_TOKENS}))
    return found


def _forbidden(tree: nodes.Template) -> Iterator[Problem]:
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, (*_ALLOWED, nodes.Helper)) or (
            isinstance(node, nodes.Filter) and (node.name not in _FILTERS or node.args or node.kwargs)
        ):
            what = f"| {node.name}" if isinstance(node, nodes.Filter) else type(node).__name__.lower()
            yield Problem("prompt_forbidden", node.lineno, {"what": what})
        if isinstance(node, nodes.For):
            inside = [one for child in node.body for one in (child, *child.find_all(nodes.For))]
            if node.test is not None or node.recursive or any(isinstance(one, nodes.For) for one in inside):
                yield Problem("prompt_forbidden", node.lineno, {"what": "for … for"})


def _unknown(name: TemplateName, tree: nodes.Template) -> Iterator[Problem]:
    """Names nobody gives a value, lists walked that are none, and members a source does not have."""
    known = {variable.name: variable for variable in CARDS[name].variables}
    targets: dict[str, tuple[str, ...]] = {}
    for loop in tree.find_all(nodes.For):
        of = loop.iter.name if isinstance(loop.iter, nodes.Name) else ""
        if of not in known or not known[of].items:
            yield Problem("prompt_unknown_variable", loop.lineno, {"name": of or "for"})
        elif isinstance(loop.target, nodes.Name):
            targets[loop.target.name] = known[of].items
        else:
            yield Problem("prompt_forbidden", loop.lineno, {"what": "for a, b"})
    names = {*known, *targets, *(("loop",) if targets else ())}
    for used in tree.find_all(nodes.Name):
        if used.ctx == "load" and used.name not in names:
            yield Problem("prompt_unknown_variable", used.lineno, {"name": used.name})
    for member in tree.find_all(nodes.Getattr):
        owner = member.node.name if isinstance(member.node, nodes.Name) else ""
        allowed = _LOOP if owner == "loop" else frozenset(targets.get(owner, ()))
        if (owner in names or not owner) and member.attr not in allowed:
            yield Problem("prompt_unknown_variable", member.lineno, {"name": f"{owner}.{member.attr}".strip(".")})


class _Sample:
    """A source that can be recognised in what a template makes of it."""

    def __init__(self, number: int):
        self.heading, self.page, self.body = f"⟦heading{number}⟧", 7, f"⟦body{number}⟧"


def _lacking(name: TemplateName, template: Template, body: str) -> Iterator[Problem]:
    """What must show and does not: found by rendering marks in place of the values."""
    card = CARDS[name]
    values: dict[str, object] = {one.name: f"⟦{one.name}⟧" for one in card.variables}
    marks = {one.name: [f"⟦{one.name}⟧"] for one in card.variables if one.required}
    for one in card.variables:
        if one.items:
            values[one.name] = [_Sample(1), _Sample(2)]
            marks[one.name] = ["⟦body1⟧", "⟦body2⟧", "[1]", "[2]"]
    try:
        shown = rendered(template, values)
        bare = rendered(template, {**values, "rewritten": None}) if "rewritten" in values else shown
    except (TemplateError, TypeError, ValueError, RenderedTooLong) as error:
        yield Problem("prompt_syntax", values={"what": str(error)[:200] or type(error).__name__})
        return
    for variable, wanted in marks.items():
        if any(mark not in shown or mark not in bare for mark in wanted):
            yield Problem("prompt_missing_variable", values={"name": variable})
    for phrase in card.phrases:
        if phrase not in body:
            yield Problem("prompt_missing_phrase", values={"phrase": phrase})


def _examples(name: TemplateName, examples: tuple[Example, ...]) -> Iterator[Problem]:
    if examples and not CARDS[name].examples:
        yield Problem("prompt_takes_no_examples")
    if len(examples) > MOST_EXAMPLES:
        yield Problem("prompt_examples_too_many", values={"limit": MOST_EXAMPLES})
    for number, example in enumerate(examples, 1):
        if not example.question.strip() or not example.answer.strip():
            yield Problem("prompt_example_empty", values={"number": number})
            continue
        if example.answer.strip() == "NO_ANSWER":
            continue
        if not any(f"[{n}]" in example.answer for n in range(1, len(example.sources) + 1)):
            yield Problem("prompt_example_uncited", values={"number": number})
