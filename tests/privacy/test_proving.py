"""`flask policy check` and `flask privacy map`: what proves the policy, and the record of what is done with data."""

from html import unescape
from pathlib import Path

import pytest

from core.access import PROGRAM, Permission, staff_actor
from core.sealed import seal
from privacy import gate, register
from privacy.proving import commands, figures, record
from tests.shop import Shop


def test_the_check_names_enforcement_tests_and_a_figure_for_each_of_31_parts(sqlite_shop: Shop) -> None:
    done = sqlite_shop.app.test_cli_runner().invoke(args=["policy", "check"])
    assert done.exit_code == 0, done.output + str(done.exception)
    for clause in register.clauses.values():
        assert f"{clause.id:<6}{clause.enforced}" in done.output
        assert clause.by[0] in done.output
    assert done.output.count("tests: test_") == len(register.clauses) == 31
    assert "telephone numbers opened for anything but orders: 0 of 0 this month" in done.output


def test_every_clause_has_a_figure_on_both_databases(shop: Shop) -> None:
    with shop.transaction():
        for clause in register.clauses:
            assert figures.of(clause), clause


@pytest.mark.clause("P8")
def test_a_figure_counts_what_happened(shop: Shop) -> None:
    ada, sales = shop.member(), shop.member("sales@example.com", "Sales", [Permission.SALES])
    with shop.transaction():
        phone = seal("+43 1 9999", "order.phone", subject=ada.account_id)
        gate.disclose(phone, purpose="telephone_order", actor=staff_actor(sales.account_id, Permission.SALES))
        with pytest.raises(gate.Closed):
            gate.disclose(phone, purpose="newsletter", actor=PROGRAM)
    with shop.transaction():
        assert figures.of("P8") == "telephone numbers opened for anything but orders: 0 of 1 this month"


def test_a_clause_without_a_test_is_a_drift() -> None:
    proofs = commands.tests_by_clause(Path(__file__).parent.parent)
    assert list(commands.proof_drifts(proofs)) == []
    proofs["P6"] = []
    assert list(commands.proof_drifts(proofs)) == ["P6 has no test"]


def test_the_record_names_every_purpose_table_and_recipient(sqlite_shop: Shop, tmp_path: Path) -> None:
    done = sqlite_shop.app.test_cli_runner().invoke(args=["privacy", "map", str(tmp_path)])
    assert done.exit_code == 0, done.output
    texts = [unescape((tmp_path / f"record-of-processing.{kind}").read_text("utf-8")) for kind in ("md", "html")]
    for text in texts:
        assert all(purpose.name in text for purpose in register.purposes.values())
        assert all(recipient.name in text for recipient in register.recipients.values())
        assert all(f"({name})" in text for name, table in register.holdings().items() if table.columns)
        assert sqlite_shop.app.extensions["settings"].support_email in text
    assert texts[1].count("<svg") == 1 and "<script" not in texts[1]


def test_the_drawing_has_a_line_for_each_flow() -> None:
    flows = sum(len(one.categories) + len(one.recipients) for one in record.activities())
    assert record.drawing().count("<path") == flows > len(register.purposes)
