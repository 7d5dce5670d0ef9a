"""Written quizzes: what is in them, what without a key is not, and that no text of a question breaks a form."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from fractions import Fraction
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from archcalc.errors import SpecError
from archcalc.lessons.pages import Equation, Section
from archcalc.quiz.question import TOPICS, Answer, Choice, Question, Slip, Value, value_text
from archcalc.render.quiz_export import FORMS, export

ODD = "<b>2*3*4</b> & `a_b` | $x$ \\ 50% #1 [link](y) ~ ^ {z} \"q\" 'r' × ≤ é 中 --seed \x00\x07\ud800"


def made(number: int, answer: Answer, wrong: list[Value], text: str, place: int = 0, **more: Any) -> Question:
    """A question whose right choice stands at a place; the last wrong choice comes from no mistake."""
    slips = tuple(Slip(f"mistake {at} of {number}", value, f"reason {at} of {number}") for at, value in enumerate(wrong[:-1]))
    choices = [
        Choice(value_text(answer, value), value, slips[at] if at < len(slips) else None) for at, value in enumerate(wrong)
    ]
    choices.insert(place, Choice(answer.text, answer.value))
    steps = (Equation("weight", "F*F*C*K", "11*11*3*96", answer.text, f"note of {number}"), f"A sentence of {number}.")
    worked = (Section(f"title of {number}", steps), Section("", (Equation("x", "", "", "7"),)))
    name = f"conv{number}"
    question = Question(f"alexnet/{name}/asked", "params", 1, "alexnet", name, text, answer, slips, tuple(choices), worked,
                        f"hint of {number}", f"alexnet {name}")  # fmt: skip
    return question._replace(**more)


QUESTIONS = [
    made(1, Answer("count", 34944, "parameters"), [34848, 384, 35000], "How many parameters has it?", 1),
    made(2, Answer("sizes", (96, 55, 55)), [(96, 54, 54), (96, 227, 227)], "What is its output?", 2, topic="size", slide=16),
    made(3, Answer("ratio", Fraction(871, 100)), [Fraction(100, 871), Fraction(12), Fraction(9)], "How many times less?", 3),
    made(4, Answer("name", "fc6", also=("fc-6", "classifier.1")), ["pool5", "fc8", "fc7"], "Which holds most?", topic="most"),
    made(5, Answer("share", Fraction(1, 3)), [Fraction(1, 4), Fraction(2, 3)], "What share?", 1, level=3, model="my net.yaml"),
    made(6, Answer("bytes", 1161600), [290400, 2323200], "How many bytes?", topic="memory", explain="", slips=()),
]
HARD = made(
    7,
    Answer("name", f"right {ODD}"),
    [f"wrong {ODD}", f"[{ODD}", "# not"],
    f"# {ODD}\n\n1. {ODD}\n\t- {ODD}",
    topic=ODD,
    model=ODD,
    subject=ODD,
    explain=ODD,
    worked=(Section(ODD, (ODD, Equation(ODD, ODD, ODD, ODD, ODD))),),
    slips=(Slip(ODD, f"wrong {ODD}", ODD),),
)
BOTH = pytest.mark.parametrize("choices", [True, False], ids=["choices", "open"])
EACH = pytest.mark.parametrize("form", list(FORMS))
OPEN = [form for form in FORMS if form != "anki"]  # those that have no answers unless there is a key


def written(form: str, key: bool, choices: bool, questions: list[Question] = QUESTIONS, seed: str = "7") -> str:
    return export(questions, form, key, seed, choices)


def plain(text: str, form: str) -> str:
    """A document as it is read, without the escapes of its form."""
    if form in ("html", "anki"):
        return unescape(re.sub("<[^>]*>", " ", text))
    if form == "latex":
        return re.sub(r"\\([&%#_{}])", r"\1", text.replace(r"\ensuremath{\times}", "×").replace("{,}", ","))
    return re.sub(r"\\([^\w\s])", r"\1", text) if form == "md" else text


# ------------------------------------------------------------------------------------------ what is in every form


@EACH
@BOTH
def test_the_questions_are_all_there_numbered_in_their_order(form: str, choices: bool) -> None:
    text = plain(written(form, False, choices), form)
    places = [text.index(question.text) for question in QUESTIONS]
    assert places == sorted(places)
    for number, question in enumerate(QUESTIONS, 1):
        before = text[places[number - 2] if number > 1 else 0 : places[number - 1]]
        topic = f"{TOPICS.get(question.topic, question.topic)}, level {question.level}"
        if form in ("md", "html"):
            assert re.search(rf"\b{number}\.\s+{re.escape(topic)}", before)
        elif form == "latex":
            assert topic in before
    if form == "latex":  # which numbers them itself
        assert text.count(r"\item \begin{minipage}") == len(QUESTIONS)


@EACH
def test_choices_are_lettered_in_their_order(form: str) -> None:
    text = plain(written(form, False, True), form)
    marks = {"md": "- **{}** {}", "latex": r"\item[({})] {}", "html": "{}   {}", "anki": "{}  {}", "json": '{1}"'}
    for question in QUESTIONS:
        after = text[text.index(question.text) :]
        places = [after.index(marks[form].format("abcd"[at], choice.text)) for at, choice in enumerate(question.choices)]
        assert places == sorted(places)


@pytest.mark.parametrize(
    ("form", "line"), [("md", r"\_\_\_\_"), ("html", '<input type="text"'), ("latex", r"\underline{\hspace")]
)
def test_without_choices_there_is_room_for_an_answer(form: str, line: str) -> None:
    assert written(form, False, False).count(line) >= len(QUESTIONS)
    assert written(form, False, True).count(line) == 0
    assert all(wrong not in plain(written(form, False, False), form) for wrong in ("34,848", "pool5", "290,400"))


@EACH
@BOTH
def test_the_heading_says_how_the_quiz_is_made_again(form: str, choices: bool) -> None:
    text = plain(written(form, False, choices, seed="2026"), form)
    command = "archcalc quiz --seed 2026" if form != "latex" else "archcalc quiz -{}-seed 2026"
    assert command in text
    assert '"seed": "2026"' in text if form == "json" else "archcalc quiz, seed 2026" in text
    given = plain(export(QUESTIONS, form, False, "1", choices, "archcalc quiz vgg16 alexnet"), form)
    assert "archcalc quiz vgg16 alexnet" in given and "archcalc quiz " + command[14:] not in given


def test_what_cannot_be_written_is_an_error() -> None:
    with pytest.raises(SpecError, match="cannot be written as 'jsn'") as caught:
        written("jsn", False, False)
    assert (caught.value.code, caught.value.hint) == ("bad-option", "did you mean 'json'?")
    with pytest.raises(SpecError, match="no question"):
        written("md", False, False, [])


# ------------------------------------------------------------------------------------------ the key


@pytest.mark.parametrize("form", OPEN)
@BOTH
def test_without_a_key_nothing_gives_the_answer_away(form: str, choices: bool) -> None:
    """The right answer stands there as often as each wrong one, and nothing that only the key may say."""
    text = written(form, False, choices)
    read = plain(text, form)
    for question in QUESTIONS:
        times = [read.count(choice.text) for choice in question.choices]
        assert times == [int(choices)] * len(times), question
    for secret in ("mistake", "reason", "title of", "note of", "sentence of", "hint of", "fc-6", "11*11*3", "worked", "slips"):
        assert secret not in text.lower() and secret not in read.lower()
    said = text.lower().partition("</style>")[2] or text.lower()
    assert not re.search(r"answer key|<details|\b(right|wrong|correct|explain)\b", said)


@pytest.mark.parametrize("form", OPEN)
def test_without_a_key_two_quizzes_differ_in_nothing_but_what_was_asked(form: str) -> None:
    """Whichever choice is the right one: the document is the same to the byte."""
    one = QUESTIONS[0]
    texts = set()
    for choice in one.choices:
        answer = one.answer._replace(value=choice.value)
        texts.add(written(form, False, True, [one._replace(answer=answer, slips=one.slips[:1], worked=())]))
    assert len(texts) == 1


@EACH
@BOTH
def test_the_key_says_what_is_right_and_which_mistake_each_wrong_choice_is(form: str, choices: bool) -> None:
    text = plain(written(form, True, choices), form)
    for number, question in enumerate(QUESTIONS, 1):
        for said in (question.answer.text, f"title of {number}", f"A sentence of {number}.", f"note of {number}"):
            assert said in text
        for slip in question.slips:
            assert slip.mistake in text and slip.why in text
        if form != "latex":
            assert "F*F*C*K" in text and "11*11*3*96" in text
    if form in ("md", "html", "anki") and choices:
        assert re.search(r"\bb\W+34,944 parameters", text) and re.search(r"\ba\W+fc6 \(or fc-6, classifier.1\)", text)
        assert re.search(r"\ba\W+34,848: mistake 0 of 1 \(reason 0 of 1\)", text)
        assert re.search(r"\bd\W+35,000: from no common mistake", text)
        assert text.count("from no common mistake") == len(QUESTIONS)  # which does not include what is right
    if form != "json":
        assert text.count("archcalc explain alexnet conv") == len(QUESTIONS) - 1


@pytest.mark.parametrize("form", ["md", "latex"])
def test_the_key_stands_behind_all_questions(form: str) -> None:
    text = written(form, True, True)
    asked, _, key = text.partition("Answer key")
    assert asked.strip() and "mistake" not in asked and key.count("mistake 0 of") == len(QUESTIONS)
    assert asked.startswith(written(form, False, True).removesuffix("\\end{document}\n").rstrip())


# ------------------------------------------------------------------------------------------ JSON


def test_json_has_its_keys_and_its_numbers_are_exact() -> None:
    bare, full = (json.loads(written("json", key, True)) for key in (False, True))
    assert bare["schema"] == 1 and bare["seed"] == "7"
    keys = ["number", "key", "topic", "level", "model", "subject", "question", "choices", "slide"]
    assert [list(question) for question in bare["questions"]] == [keys] * len(QUESTIONS)
    assert [list(question) for question in full["questions"]] == [[*keys, "answer", "worked", "slips"]] * len(QUESTIONS)
    assert [question["slide"] for question in bare["questions"]] == [None, 16, None, None, None, None]
    values = [question["answer"]["value"] for question in full["questions"]]
    third, ratio = {"numerator": 1, "denominator": 3}, {"numerator": 871, "denominator": 100}
    assert values == [34944, [96, 55, 55], ratio, "fc6", third, 1161600]
    assert [question["answer"]["choice"] for question in full["questions"]] == list("bcdaba")
    assert full["questions"][0]["choices"] == ["34,848", "34,944", "384", "35,000"]
    assert full["questions"][0]["slips"][0] == {
        "mistake": "mistake 0 of 1", "text": "34,848", "value": 34848, "why": "reason 0 of 1", "choice": "a",
    }  # fmt: skip
    assert full["questions"][0]["worked"][0]["entries"] == [QUESTIONS[0].worked[0].entries[0]._asdict(), "A sentence of 1."]


def test_json_without_choices_has_none_and_no_letters() -> None:
    full = json.loads(written("json", True, False))
    assert all(question["choices"] == [] and question["answer"]["choice"] is None for question in full["questions"])
    assert all(slip["choice"] is None for question in full["questions"] for slip in question["slips"])


# ------------------------------------------------------------------------------------------ HTML


class Page(HTMLParser):
    """Counts elements, and sees to it that each is closed in its turn."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in ("meta", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def count(self, tag: str, **attributes: str) -> int:
        return sum(name == tag and attributes.items() <= given.items() for name, given in self.seen)


@BOTH
@pytest.mark.parametrize("key", [True, False], ids=["key", "bare"])
def test_html_is_one_well_formed_file_that_loads_and_runs_nothing(key: bool, choices: bool) -> None:
    text = written("html", key, choices, [*QUESTIONS, HARD])
    page = Page(text)
    assert not page.open and text.startswith("<!doctype html>")
    assert page.count("meta", charset="utf-8") == page.count("meta", name="viewport") == 1
    tags = {tag for tag, _ in page.seen}
    assert not tags & {"script", "link", "img", "iframe", "b>2*3*4<"}
    assert "url(" not in text and "http" not in text and "@import" not in text
    assert all(
        not name.startswith("on") and name not in ("src", "value", "checked") for _, given in page.seen for name in given
    )
    assert all(given.get("href", "#").startswith("#") for _, given in page.seen)
    assert "prefers-color-scheme: dark" in text and "@media print" in text
    number = len(QUESTIONS) + 1
    assert page.count("details") == (number + 1 if key else 0)
    offered = sum(len(question.choices) for question in (*QUESTIONS, HARD))
    assert page.count("input", type="radio") == (offered if choices else 0)
    assert page.count("input", type="text") == (0 if choices else number)
    read = "".join(page.texts)
    for text in (HARD.text, *([choice.text for choice in HARD.choices] if choices else ())):
        assert re.sub("[\x00\x07\ud800]", "\ufffd", text) in read


# ------------------------------------------------------------------------------------------ Anki


@BOTH
@pytest.mark.parametrize("key", [True, False], ids=["key", "bare"])
def test_anki_has_a_card_a_line_with_its_answer_whatever_the_key(key: bool, choices: bool) -> None:
    lines = written("anki", key, choices, [*QUESTIONS, HARD], seed="7\n#deck:other").split("\n")
    assert lines[:6] == [
        "#separator:tab", "#html:true", "#notetype:Basic", "#deck:archcalc", "#columns:Front\tBack\tTags", "#tags column:3",
    ]  # fmt: skip
    assert [line[:2] for line in lines[6:8]] == ["# ", "# "] and lines.pop() == ""
    assert len(lines) == 8 + len(QUESTIONS) + 1
    for line, question in zip(lines[8:], (*QUESTIONS, HARD), strict=True):
        front, back, tags = line.split("\t")
        assert front[0] not in '#"' and back.startswith("<b>")
        assert set(re.findall(r"<[^>]*>", front + back)) <= {"<b>", "</b>", "<br>", "<code>", "</code>"}
        if question is not HARD:
            assert re.match(rf"<b>([a-d]: )?{re.escape(question.answer.text)}", back) and question.worked[0].title in back
            assert front.startswith(question.text) and (question.answer.text in front) is choices
        assert len(tags.split(" ")) == 4
    assert lines[8].endswith("\tarchcalc topic::params level::1 model::alexnet")
    assert lines[12].endswith("\tarchcalc topic::params level::3 model::my_net.yaml")


# ------------------------------------------------------------------------------------------ Markdown and LaTeX


def rendered(text: str) -> str:
    """Markdown as a reader sees it, each element on a line."""
    html = MarkdownIt("commonmark").render(text)
    assert not set(re.findall(r"<(\w+)", html)) - {"h1", "h2", "h3", "p", "ul", "li", "strong", "code", "br"}, html
    return unescape(re.sub("<[^>]*>", "", html))


@BOTH
@pytest.mark.parametrize("key", [True, False], ids=["key", "bare"])
def test_markdown_is_commonmark_in_which_no_text_is_markup(key: bool, choices: bool) -> None:
    hard = HARD._replace(text=HARD.text.replace("\t", ""))
    read = rendered(written("md", key, choices, [*QUESTIONS, hard]))
    odd = re.sub("[\x00-\x1f\ud800]", "\ufffd", ODD)
    assert f"# {odd}\n1. {odd}\n- {odd}" in read
    if choices:
        assert f"a right {odd}\nb wrong {odd}\nc [{odd}\nd # not" in read
    if key:
        assert f"{odd} = {odd} = {odd} {odd}" in read.replace(f"{odd} = {odd} = {odd} = {odd}", f"{odd} = {odd} = {odd}")


@pytest.mark.skipif(not shutil.which("pdflatex"), reason="there is no LaTeX here")
@BOTH
@pytest.mark.parametrize("key", [True, False], ids=["key", "bare"])
def test_latex_compiles(key: bool, choices: bool, tmp_path: Path) -> None:
    (tmp_path / "quiz.tex").write_text(written("latex", key, choices, [*QUESTIONS, HARD], seed=ODD), "ascii")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "quiz.tex"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="latin-1", check=False)
    assert run.returncode == 0, run.stdout[-3000:]
    assert (tmp_path / "quiz.pdf").stat().st_size > 10_000


@BOTH
@pytest.mark.parametrize("key", [True, False], ids=["key", "bare"])
def test_latex_is_a_whole_document_in_ascii_with_amsmath_only(key: bool, choices: bool) -> None:
    text = written("latex", key, choices, [*QUESTIONS, HARD], seed=ODD)
    assert text.isascii() and re.findall(r"\\usepackage.*", text) == [r"\usepackage{amsmath}"]
    assert text.startswith(r"\documentclass") and text.endswith("\\end{document}\n")
    for name in set(re.findall(r"\\begin\{(.+?)\}", text)):
        assert text.count(rf"\begin{{{name}}}") == text.count(rf"\end{{{name}}}")
    assert "\n\n" not in text


@EACH
def test_every_form_can_be_written_to_a_file(form: str, tmp_path: Path) -> None:
    """No halves of surrogate pairs, and no characters that a terminal would obey."""
    text = written(form, True, True, [HARD], seed=ODD)
    (tmp_path / "quiz").write_text(text, "utf-8")
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", text)
