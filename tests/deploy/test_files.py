"""What deploy/ holds agrees with the program: settings, limits, times, paths."""

from __future__ import annotations

import re
import shutil
import subprocess
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.access.gate import UPLOAD_LIMIT
from assistant.operating.figures import Figures
from assistant.settings import Settings, load
from corpus.errors import FixConfiguration, GiveUp, TryAgain

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
GUIDE = ROOT / "docs" / "operating.md"
FILES = sorted(path for path in DEPLOY.iterdir() if path.is_file())
UNIT = (DEPLOY / "findings.service").read_text("utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
APPS = ("app-1", "app-2")


def seconds(text: str) -> float:
    return float(text.removesuffix("s"))


@pytest.mark.parametrize("path", [*FILES, GUIDE], ids=lambda path: path.name)
def test_every_setting_that_is_named_exists(path: Path) -> None:
    named = set(re.findall(r"\bFINDINGS_([A-Z][A-Z_]*[A-Z])\b", path.read_text("utf-8")))
    assert {name.lower() for name in named} <= set(Settings.model_fields)


def test_the_example_of_settings_can_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    text = (DEPLOY / "findings.env.example").read_text("utf-8")
    pairs = re.findall(r"(?m)^#?(FINDINGS_[A-Z_]+)=(.*)$", text)
    assert len(pairs) >= 8
    for name, value in pairs:
        monkeypatch.setenv(name, value)
    settings = load()
    assert settings.port == 7860
    assert settings.chroma.startswith("http://")


def test_the_apps_are_shut_in() -> None:
    for name in APPS:
        app = COMPOSE["services"][name]
        assert app["read_only"] is True
        assert app["cap_drop"] == ["ALL"]
        assert app["security_opt"] == ["no-new-privileges:true"]
        assert "ports" not in app
        assert set(app["networks"]) == {"inside"}
        assert {"home:/data"} < set(app["volumes"])
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert "ports" not in COMPOSE["services"]["chroma"]
    assert set(COMPOSE["services"]) == {*APPS, "chroma", "nginx", "model"}
    mirrors = [one for name in APPS for one in COMPOSE["services"][name]["volumes"]
               if ":/mirror" in one]
    assert len(set(mirrors)) == 2


def test_the_proxy_that_is_believed_is_the_one_that_is_there() -> None:
    address = COMPOSE["services"]["nginx"]["networks"]["inside"]["ipv4_address"]
    for name in APPS:
        assert COMPOSE["services"][name]["environment"]["FINDINGS_TRUSTED_PROXIES"] == address


def test_no_address_is_given_out_that_a_service_has() -> None:
    pool = COMPOSE["networks"]["inside"]["ipam"]["config"][0]
    taken = [ip_address(service["networks"]["inside"]["ipv4_address"])
             for name, service in COMPOSE["services"].items() if name in (*APPS, "nginx")]
    assert len(set(taken)) == len(taken) == 3
    for address in taken:
        assert address in ip_network(pool["subnet"])
        assert address not in ip_network(pool["ip_range"])


def test_volumes_files_and_upstreams_of_compose_exist() -> None:
    for service in COMPOSE["services"].values():
        for volume in service.get("volumes", ()):
            source = volume.partition(":")[0]
            if source.startswith("./"):
                assert (DEPLOY / source).is_file()
            elif not source.startswith("$"):
                assert source in COMPOSE["volumes"]
    upstream = (DEPLOY / "compose-upstream.conf").read_text("utf-8")
    assert re.findall(r"server (\S+):7860", upstream) == list(APPS)
    assert upstream.count("consistent") == 1


def test_answers_have_time_to_end() -> None:
    wait = Settings().stop_wait
    for name in APPS:
        assert seconds(COMPOSE["services"][name]["stop_grace_period"]) > wait + 15
    found = re.search(r"(?m)^TimeoutStopSec=(\d+)$", UNIT)
    assert found is not None
    assert int(found[1]) > wait + 15


def test_chroma_is_the_version_that_is_locked() -> None:
    locked = re.search(r"(?m)^chromadb==(\S+)", (ROOT / "requirements.lock").read_text("utf-8"))
    assert locked is not None
    assert COMPOSE["services"]["chroma"]["image"].endswith(f":{locked[1]}")


def test_nginx_takes_what_the_gate_takes() -> None:
    found = re.search(r"client_max_body_size\s+(\d+);", (DEPLOY / "nginx.conf").read_text("utf-8"))
    assert found is not None
    assert int(found[1]) == UPLOAD_LIMIT


@pytest.mark.parametrize("line", [
    "NoNewPrivileges=yes", "ProtectSystem=strict", "PrivateTmp=yes", "ProtectHome=yes",
    "StateDirectory=findings findings-cache", "Restart=on-failure", "CapabilityBoundingSet="])
def test_the_unit_is_shut_in(line: str) -> None:
    assert line in UNIT.splitlines()
    assert re.search(r"(?m)^MemoryMax=\d+G$", UNIT)


def test_the_unit_tries_again_where_that_helps() -> None:
    found = re.search(r"(?m)^RestartPreventExitStatus=(.+)$", UNIT)
    assert found is not None
    codes = {int(code) for code in found[1].split()}
    assert codes == {FixConfiguration.exit_code, GiveUp.exit_code}
    assert TryAgain.exit_code not in codes


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
@pytest.mark.parametrize("keys", [False, True])
def test_systemd_understands_the_unit(tmp_path: Path, keys: bool) -> None:
    # The program is not installed where the unit says; any program that is there will do.
    text = UNIT.replace("/opt/findings/.venv/bin/findings", "/bin/true")
    assert text != UNIT
    (tmp_path / "findings.service").write_text(text)
    if keys:
        beside = tmp_path / "findings.service.d"
        beside.mkdir()
        shutil.copy(DEPLOY / "keys.conf", beside)
    done = subprocess.run(["systemd-analyze", "verify", str(tmp_path / "findings.service")],
                          capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_what_the_image_is_made_of_exists() -> None:
    text = (DEPLOY / "Dockerfile").read_text("utf-8")
    sources = [one for line in re.findall(r"(?m)^COPY (.+) \S+$", text) for one in line.split()]
    assert {"assistant", "corpus", "evals", "index", "prompts", "app.py"} <= set(sources)
    assert [one for one in sources if not (ROOT / one).exists()] == []
    assert text.index("USER findings") < text.index("ENTRYPOINT")
    assert "/ready" in text[text.index("HEALTHCHECK"):]


def test_what_the_guide_names_exists() -> None:
    text = GUIDE.read_text("utf-8")
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", text)
    assert len(links) >= 5
    assert [link for link in links if not (GUIDE.parent / link).exists()] == []
    figures = Figures()
    known = figures.text().decode() + "findings_ready findings_index_reports " \
        "findings_index_findings findings_line_taken findings_line_waiting "
    named = set(re.findall(r"`((?:findings|process)_[a-z_]+)`", text))
    assert len(named) >= 8
    assert {name for name in named if name.removesuffix("_total") not in known} == set()


def test_each_command_of_the_guide_exists() -> None:
    from assistant.cli.parser import build_parser

    parser = build_parser()
    lines = [line.strip() for path in (GUIDE, DEPLOY / "README.md")
             for block in re.findall(r"```sh\n(.*?)```", path.read_text("utf-8"), re.DOTALL)
             for line in block.splitlines()]
    typed = [match[1] for line in lines if (match := re.search(
        r"(?:bin/findings|exec app-1 findings|run --rm app-1) ([a-z-].*)$", line))]
    assert len(typed) >= 10
    for line in typed:
        options = parser.parse_args(line.partition(" #")[0].split())
        assert callable(options.run)
