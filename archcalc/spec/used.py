"""Finding a spec of which another one uses a block."""

from __future__ import annotations

import os
import re

from archcalc.errors import SpecError, did_you_mean
from archcalc.packaged import spec_files
from archcalc.source import Node, Scalar, Source

_BESIDE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*\.ya?ml\Z")


def used_file(user: Source, owner: Node) -> tuple[str, str]:
    """The path of the spec that `owner` names, and what messages call it. Raises SpecError.

    It is one that comes with archcalc (`senet`), or a file beside `user` (`my.yaml`). No other folder can be named, so that a
    spec from elsewhere does not make archcalc read what it should not.
    """
    hint = "a spec of the zoo, such as `use: {squeeze_excite: senet}`, or a file beside this one, such as my_blocks.yaml"
    if not isinstance(owner, Scalar):
        raise SpecError("wrong-shape-of-spec", f"the name of a spec belongs here, not {owner.what}", owner.place, hint)
    if _BESIDE.match(owner.text):
        path = os.path.join(os.path.dirname(user.name), owner.text)
        if not os.path.exists(path):
            raise SpecError("no-such-file", f"there is no file '{owner.text}' beside {user.name}", owner.place)
        return path, path
    known = {os.path.basename(path).removesuffix(".yaml"): path for path in spec_files()}
    if owner.text not in known:
        message = f"no spec of the zoo is called '{owner.text[:80]}'"
        raise SpecError("unknown-model", message, owner.place, did_you_mean(owner.text, known) or hint)
    return known[owner.text], f"{owner.text}.yaml"
