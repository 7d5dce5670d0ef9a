"""Quizzes: the same seed gives the same one; each topic, level and network that is asked for comes, and no question twice."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path
from random import Random

import pytest

import archcalc
from archcalc.errors import SpecError
from archcalc.quiz.drafts import TEMPLATES
from archcalc.quiz.from_the_lecture import LECTURE
from archcalc.quiz.making import Maker, Wanted, levels_of, read_topics
from archcalc.quiz.pool import all_families, lecture_families
from archcalc.quiz.question import LEVELS, TOPICS, Question


def quiz(seed: int, **wanted: object) -> list[Question]:
    models = tuple(wanted.pop("models", ()))  # type: ignore[call-overload]
    pool = [] if models else lecture_families()
    return list(Maker(Wanted(pool, models, **wanted), seed, archcalc.analyze).questions())  # type: ignore[arg-type]


def test_the_same_seed_gives_the_same_quiz() -> None:
    assert quiz(11, number=30) == quiz(11, number=30)
    assert [one.key for one in quiz(11)] == [one.key for one in quiz(11, number=30)][:10]
    assert len({tuple(one.key for one in quiz(seed, number=3)) for seed in range(20)}) == 20


def test_so_it_does_in_another_interpreter() -> None:
    """Whatever the order of sets and the seed of hashes."""
    program = (
        "import archcalc; from archcalc.quiz.making import Maker, Wanted; from archcalc.quiz.pool import lecture_families; "
        "print([q.key for q in Maker(Wanted(lecture_families()), 5, archcalc.analyze).questions()])"
    )
    keys = {
        subprocess.run(
            [sys.executable, "-c", program], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert keys == {f"{[one.key for one in quiz(5)]}\n"}


def test_every_topic_comes_once_before_one_comes_again() -> None:
    found = Counter(one.topic for one in quiz(2, number=len(TOPICS)))
    assert found == Counter(list(TOPICS))


def test_no_question_comes_twice() -> None:
    keys = [one.key for one in quiz(4, number=150)]
    assert len(keys) == 150 == len(set(keys))


@pytest.mark.parametrize("topic", TOPICS)
def test_each_topic_alone_and_at_each_of_its_levels(topic: str) -> None:
    assert {one.topic for one in quiz(1, topics=(topic,), number=8)} == {topic}
    assert levels_of(topic)
    for level in levels_of(topic):
        found = quiz(3, topics=(topic,), level=level, number=3)
        assert found and all(one.level == level for one in found)


@pytest.mark.parametrize("level", LEVELS)
def test_a_level_alone(level: int) -> None:
    found = quiz(6, level=level)
    assert len(found) == 10 and {one.level for one in found} == {level}


def test_only_the_models_that_are_asked_for() -> None:
    found = quiz(1, models=("alexnet", "resnet50"), number=20)
    assert {one.model for one in found} == {"alexnet", "resnet50"}


def test_a_file_of_one_s_own(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        "variants: {small: {}, large: {}}\ninput: [3, 32, 32]\nlayers:\n"
        "  - {conv: {out: 8, kernel: 3, pad: 1}, name: first}\n  - relu\n  - {maxpool: 2, name: pool}\n"
        "  - {conv: {out: 16, kernel: 3}, name: second}\n  - flatten\n  - {linear: 10, name: fc}\n",
        "utf-8",
    )
    found = quiz(1, models=(f"{path}:large",), number=12)
    assert len(found) == 12 and {one.model for one in found} == {"large"}
    assert all(one.explain.startswith(f"{path}:large") for one in found)


def test_topics_that_have_nothing_to_ask_are_left_out() -> None:
    """AlexNet has no attention; and of a network without a layer there is nothing at all."""
    assert quiz(1, models=("alexnet",), topics=("attention",)) == []
    topics = {one.topic for one in quiz(1, models=("alexnet",), number=60)}
    assert {"size", "params", "ops", "memory", "padding", "receptive-field", "depth", "most"} <= topics
    assert not topics & {"attention", "patches"}


def test_symbols_and_odd_networks_are_no_trouble(tmp_path: Path) -> None:
    path = tmp_path / "odd.yaml"
    path.write_text("input: [7]\nlayers: [relu]\n", "utf-8")
    assert quiz(1, models=(str(path),)) == []


def test_weights_bring_topics_back() -> None:
    weights = dict.fromkeys(TOPICS, 0.001) | {"params": 1000.0}
    found = Counter(one.topic for one in quiz(1, number=20, weights=weights))
    assert found["params"] >= 18


@pytest.mark.parametrize(
    ("name", "topic"),
    [("size", "size"), ("SIZE", "size"), ("receptive field", "receptive-field"), ("receptive_field", "receptive-field"),
     ("output volume", "size"), ("compound", "scaling"), ("tokens", "patches"), ("depthwise", "grouped")],
)  # fmt: skip
def test_topics_by_their_names(name: str, topic: str) -> None:
    assert read_topics([name]) == (topic,)


@pytest.mark.parametrize("name", ["", "parms", "con", "\x00", "x" * 10_000])
def test_topics_that_are_none(name: str) -> None:
    with pytest.raises(SpecError) as caught:
        read_topics([name])
    assert caught.value.code == "bad-option"


def test_every_topic_has_a_template() -> None:
    assert {one.topic for one in TEMPLATES} == set(TOPICS)


def test_the_pool_is_the_lecture_s() -> None:
    lecture, every = ({model for family in families for model in family} for families in (lecture_families(), all_families()))
    assert {"alexnet", "vgg16", "googlenet", "resnet50", "vit_b_16", "efficientnet_b0"} <= lecture
    assert lecture < every == {model.name for model in archcalc.models()}


@pytest.mark.parametrize(
    ("slide", "model", "layer", "answer"),
    [
        (12, "alexnet", "conv1", "55x55x96"),
        (14, "alexnet", "conv1", "34,944"),
        (16, "alexnet", "pool1", "27x27x96"),
        (17, "alexnet", "pool1", "0"),
        (31, "conv3x3_stack", "", "7"),
        (48, "inception_naive", "concat", "672"),
        (49, "inception_naive", "concat", "28x28x672"),
        (50, "inception_naive", "", "854,196,224"),
        (58, "inception_reduced", "", "271,351,808"),
        (104, "vit_b_16", "patches", "16"),
        (105, "vit_b_16", "patches", "196"),
        (105, "pixel_transformer", "encoder1.msa.body.attention", "38,416"),
    ],
)
def test_the_lecture_s_questions_are_there(slide: int, model: str, layer: str, answer: str) -> None:
    maker = Maker(Wanted([]), 0, archcalc.analyze)
    asked = [one for one in LECTURE if (one.slide, one.model, one.layer) == (slide, model, layer)]
    found = [question for one in asked if (question := maker.lecture(one, Random(1))) is not None]
    assert answer in [question.answer.text for question in found]
    assert all(question.slide == slide for question in found)


def test_they_come_in_quizzes_about_no_model_in_particular() -> None:
    for topic in {one.topic for one in LECTURE}:
        slides = {one.slide for seed in range(12) for one in quiz(seed, topics=(topic,), level=1)}
        assert {one.slide for one in LECTURE if one.topic == topic} <= slides
