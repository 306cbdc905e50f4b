"""``styleforge tuples``: the report and the file."""

from __future__ import annotations

import pytest

from styleforge.measure.tuples import read_tuples

ALL = ("--level", "any=0,0.999,0,99", "--level", "same=0.999,1,0,99")


@pytest.fixture
def tuples(cli, pictures, tmp_path):
    def run(*arguments: object):
        out = ("--out", tmp_path / "tuples.json")
        return cli("tuples", pictures, "--domain", "toy", "--least", "0", *out, *arguments)

    return run


def test_the_report_and_the_file(tuples, tmp_path, pictures):
    code, out, err = tuples("--each", 1, *ALL)
    assert code == 0, err
    assert "4 pictures, looked at with the pack toy: 4 take part." in out
    assert "6 pairs by the overlap of keep and the distance of landmarks:" in out
    assert "between" in out
    assert "(bounds: given by hand)" in out
    assert "Looking at pictures: 4 of 4" in err
    found = read_tuples(tmp_path / "tuples.json")
    assert f"{len(found.triples)} triples are in" in out
    assert sum(found.histogram.levels.values()) == 6
    for triple in found.triples:
        for one in triple.pictures:
            assert (pictures / one).resolve().is_file()


def test_the_same_command_writes_the_same_file(tuples, tmp_path):
    tuples("--each", 1, *ALL)
    once = (tmp_path / "tuples.json").read_bytes()
    tuples("--each", 1, *ALL, "--overwrite")
    assert (tmp_path / "tuples.json").read_bytes() == once


def test_left_out_pictures_have_their_reason(tuples):
    code, _, err = tuples("--least", "99%", *ALL)
    assert code == 2
    assert "4 too little thing:" in err


def test_masks_alone_is_said(tuples):
    code, out, _ = tuples("--masks-alone", *ALL)
    assert code == 0
    assert "Pairs were sorted by masks alone" in out
    assert "Distance of landmarks" not in out


def test_what_cannot_be_done_is_a_sentence(tuples, cli, refused, pictures, tmp_path):
    refused(tuples("--least", "much"), "--least much is not understood")
    refused(tuples("--level", "easy"), "The level 'easy' is not understood")
    refused(tuples("--compare", "hat"), "finds no region 'hat'")
    refused(cli("tuples", pictures, "--domain", "tox"), "There is no domain 'tox'")
    refused(cli("tuples", tmp_path / "none", "--domain", "toy"), "is not there")
    (tmp_path / "tuples.json").write_text("mine")
    refused(tuples(*ALL), "is there already", "--overwrite")
    assert (tmp_path / "tuples.json").read_text() == "mine"
