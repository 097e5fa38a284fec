"""The checks of `make check` can fail: each is shown something that it is there for."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
BIN = Path(sys.executable).parent
MAKEFILE = (ROOT / "Makefile").read_text()
FAULTS = {
    "pickle": "import pickle\n\n\ndef read(raw: bytes) -> object:\n    return pickle.loads(raw)\n",
    "eval": "def read(text: str) -> object:\n    return eval(text)\n",
    "yaml": "import yaml\n\n\ndef read(text: str) -> object:\n    return yaml.load(text)\n",
}
SECRETS = {
    "a private key": "-----BEGIN " + "RSA PRIVATE KEY-----\nMIIEow\n",
    "a key of a payment service": "key = 'sk_" + "live_4eC39HqLyjWDarjtT1zdp7dc'\n",
    "a key of a cloud": "key = 'AKIA" + "IOSFODNN7EXAMPLF'\n",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_opens_a_door_in_code_is_found(fault: str, tmp_path: Path) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text(FAULTS[fault])
    asked = [BIN / "bandit", "--quiet", "--configfile", ROOT / "pyproject.toml", planted]
    assert subprocess.run(asked, capture_output=True).returncode == 1
    planted.write_text("def read(text: str) -> str:\n    return text\n")
    assert subprocess.run(asked, capture_output=True).returncode == 0


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_in_the_tree_is_found(secret: str, tmp_path: Path) -> None:
    unasked = next(line for line in MAKEFILE.splitlines() if line.startswith("UNASKED")).partition(":=")[2].split()
    planted = tmp_path / "planted.txt"
    planted.write_text(SECRETS[secret])
    asked = [BIN / "detect-secrets-hook", *unasked, planted]
    assert subprocess.run(asked, capture_output=True).returncode == 1


def test_what_the_program_is_made_of_is_written_down_whole(tmp_path: Path) -> None:
    bill = tmp_path / "sbom.json"
    asked = [BIN / "cyclonedx-py", "requirements", ROOT / "requirements" / "run.txt", "--validate", "-o", bill]
    subprocess.run(asked, check=True, capture_output=True)
    parts = {one["name"] for one in json.loads(bill.read_text())["components"]}
    lines = (ROOT / "requirements" / "run.txt").read_text().splitlines()
    assert parts == {line.partition("==")[0] for line in lines if "==" in line}
