# SPDX-License-Identifier: Apache-2.0
"""Counting agrees with what each runner writes."""

import count_junit


def test_counts_every_kind(tmp_path):
    (tmp_path / "a.xml").write_text(
        """<testsuites><testsuite>
        <testcase classname="zarr" name="reads" status="run"/>
        <testcase classname="same" name="same" status="fail"><failure message="boom"/></testcase>
        <testcase classname="x" name="crashes"><error message="boom"/></testcase>
        <testcase classname="x" name="real data"><skipped message="shared data is absent&#10;more"/></testcase>
        <testcase name="placeholder" status="notrun"/>
        </testsuite></testsuites>"""
    )
    count = count_junit.count_junit(tmp_path / "a.xml")
    assert count.passed == 1
    assert count.failed == ["same", "x crashes"]
    assert count.skipped == ["x real data: shared data is absent", "placeholder: not run"]
    assert str(count) == "1 passed, 2 failed, 2 skipped"
    assert count.total == 5
