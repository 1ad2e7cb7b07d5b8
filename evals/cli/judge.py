"""``findings eval calibrate``."""

from __future__ import annotations

import argparse
from contextlib import closing

from corpus.errors import FixConfiguration
from corpus.model import Finding
from evals.cli.common import bar, say, settings_of
from evals.suite.cache import Cache
from evals.suite.judges import calibration
from evals.suite.judges.agreement import remember
from evals.suite.judges.opening import open_judge
from evals.suite.table import judge_line


def calibrate(options: argparse.Namespace) -> int:
    """Measure a judge and tell it; with --write its scores are shown with it from now on."""
    known: dict[str, Finding] = {}
    sets = []
    if options.claims:
        sets.append(("claims of " + options.claims.name, calibration.elsewhere(options.claims)))
    else:
        path = calibration.rows_of_people()
        if path is not None:
            sets.append((calibration.PEOPLE, calibration.elsewhere(path)))
        sets.append((calibration.REPORTS, calibration.about_reports(known)))
    settings = settings_of(options)
    with closing(Cache(settings.shared_model_path.parent / "evals" / "kept.sqlite")) as cache:
        judge = open_judge(options.judge, settings, known, cache)
        if judge is None:
            raise FixConfiguration("There is nothing to measure without a judge.",
                                   "Name one: trained, local or provider:name.")
        with closing(judge):
            found = [calibration.measure(judge, calibration.sampled(claims, options.limit), name,
                                         bar("claims")) for name, claims in sets]
            told = {**found[0], "also": found[1:]}
            say(judge_line({"name": judge.name, "agreement": told}))
            for one in found:
                say(f"{one['labels']}: {one['n']} decided, {one['undecided']} not, balanced "
                    f"accuracy {one['balanced']:.3f}")
            if options.write:
                remember(judge.fingerprint, told)
    return 0
