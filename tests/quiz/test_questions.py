"""Every question that can come: over thousands of seeds, all topics, and all networks of the zoo.

Exactly one choice is right, the others differ from it and from each other, as they are printed and as they are read back; the
worked page ends with the answer; what is printed as the answer is judged right, and each wrong choice wrong, with its mistake.
"""

from __future__ import annotations

import os
from random import Random

import pytest

import archcalc
from archcalc.lessons.pages import Equation
from archcalc.quiz.answers import judge
from archcalc.quiz.drafts import CHOICES, TEMPLATES, finish
from archcalc.quiz.making import Maker, Wanted
from archcalc.quiz.pool import all_families, lecture_families
from archcalc.quiz.question import LEVELS, TOPICS, Question, value_text

SEEDS = int(os.environ.get("ARCHCALC_QUIZ_SEEDS", "300"))  # quizzes of 14 questions: by default some four thousand
PER_TEMPLATE = 3  # questions of each template about each network


def check(question: Question) -> None:
    about = f"{question.key}: {question.text}"
    texts = [choice.text for choice in question.choices]
    assert len(texts) == CHOICES == len(set(texts)), about
    assert [choice.value == question.answer.value for choice in question.choices].count(True) == 1, about
    assert question.choices[question.right].text == question.answer.text, about
    assert ends_with(question) == question.answer.text, about
    assert question.topic in TOPICS and question.level in LEVELS and question.key and question.hint, about
    assert judge(question.answer.text, question).verdict == "right", about
    for letter, choice in zip("abcd", question.choices, strict=True):
        right = choice.value == question.answer.value
        assert judge(letter, question, choices=True).verdict == ("right" if right else "wrong"), about
        judged = judge(choice.text, question)
        assert judged.verdict == ("right" if right else "wrong"), f"{about} {choice.text}"
        if not right and choice.slip is not None:
            assert judged.slip is not None and judged.slip.value == choice.value, f"{about} {choice.text}"
    for slip in question.slips:
        assert value_text(question.answer, slip.value) != question.answer.text, about
        assert slip.why and slip.mistake, about


def ends_with(question: Question) -> str:
    """The last result of the worked page, as the answer is printed."""
    entries = [entry for section in question.worked for entry in section.entries if isinstance(entry, Equation)]
    result = entries[-1].result
    return f"{result} bytes" if question.answer.sort == "bytes" and not result.endswith("bytes") else result


@pytest.mark.parametrize("seed", range(SEEDS))
def test_quizzes(seed: int) -> None:
    pool = lecture_families() if seed % 2 else all_families()
    questions = list(Maker(Wanted(pool, number=14), seed, archcalc.analyze).questions())
    assert len(questions) == 14
    for question in questions:
        check(question)


@pytest.mark.parametrize("model", [model for family in all_families() for model in family])
def test_every_template_about_every_network(model: str) -> None:
    report = archcalc.analyze(model)
    found = 0
    for template in TEMPLATES:
        for number in range(PER_TEMPLATE):
            rng = Random(f"{model}/{number}")
            draft = template.make(report, rng)
            if draft is None:
                continue
            assert draft.level in template.levels, draft
            question = finish(draft, template.topic, model, rng)
            if question is not None:
                check(question)
                found += 1
    assert found >= 3 * PER_TEMPLATE, "hardly anything can be asked about it"


def test_the_answer_is_worked_out_at_that_moment() -> None:
    """Another network under the same name gives another answer to the same question."""
    usual, wider = (archcalc.analyze("alexnet", set={"classes": classes}) for classes in (1000, 10))
    (template,) = (one for one in TEMPLATES if one.make.__name__ == "parameters")
    answers = set()
    for report in (usual, wider):
        for seed in range(40):
            draft = template.make(report, Random(seed))
            assert draft is not None
            if draft.subject == "fc8":
                answers.add((report is usual, draft.answer.value))
    assert answers == {(True, 4_097_000), (False, 40_970)}
