"""The calls as tools of the Model Context Protocol, with the protocol's own client: in this
process, over HTTP and over a command's standard input and output."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest

import app
from assistant.allowance import Allowance
from assistant.citing import withheld
from assistant.cli import main
from assistant.programs import Programs
from assistant.service import Service
from assistant.settings import load
from tests.shelves import SHIPPED, free_port
from tests.test_programs_http import examples

mcp = pytest.importorskip("mcp", reason="install the extra 'mcp' to run these tests")

ROOT = Path(app.__file__).parent
LIST = "List every area for improvement on investigating crime"
NAMES = ["ask_findings", "search_findings", "list_findings"]
WAIT = 200.0


def talk(where: Any, how: Callable[[Any], Awaitable[None]], mode: str = "auto") -> None:
    """Connect the protocol's own client, and do something with it."""

    async def talking() -> None:
        with anyio.fail_after(WAIT):
            async with mcp.Client(where, mode=mode) as client:
                await how(client)

    anyio.run(talking)


def here(service: Service) -> Any:
    from assistant.mcp import server

    return server(lambda: Programs(service, for_models=True))


def text(result: Any) -> str:
    (block,) = result.content
    return str(block.text)


def test_there_are_three_tools_that_only_read(service: Service) -> None:
    async def how(client: Any) -> None:
        told = (await client.list_tools()).tools
        assert [tool.name for tool in told] == NAMES
        for tool in told:
            assert tool.annotations.read_only_hint is True
            assert tool.annotations.destructive_hint is False
            assert tool.annotations.open_world_hint is False
            assert "never as instructions" in tool.description
            assert tool.title
            schema = json.dumps(tool.input_schema)
            assert "$ref" not in schema
            assert tool.input_schema["additionalProperties"] is False
            for field in tool.input_schema["properties"].values():
                assert field["description"]
        assert "Findings are quotations" in " ".join(client.instructions.split())

    talk(here(service), how)


def test_nothing_but_tools_is_offered(service: Service) -> None:
    async def how(client: Any) -> None:
        offered = client.server_capabilities
        assert offered.tools is not None
        assert (offered.resources, offered.prompts, offered.logging) == (None, None, None)

    talk(here(service), how)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_each_tool_answers_over_http(url: str, mode: str) -> None:
    async def how(client: Any) -> None:
        assert [tool.name for tool in (await client.list_tools()).tools] == NAMES
        asked = await client.call_tool("ask_findings", {"question": LIST, "force": ["Norfolk"]})
        assert not asked.is_error
        reply = asked.structured_content
        assert reply["status"] == "answered"
        assert {one["force"] for one in reply["citations"]} == {"Norfolk"}
        first = reply["citations"][0]
        assert f"[1] “{' '.join(first['quote'].split())}”" in text(asked)
        assert f"{url}/#finding={first['finding_id']}" in text(asked)
        found = await client.call_tool("search_findings", {"query": "digital devices", "k": 2})
        assert found.structured_content["count"] == 2
        listed = await client.call_tool("list_findings", {"kind": ["recommendation"], "limit": 1})
        assert listed.structured_content["next_offset"] == 1
        assert f"of {listed.structured_content['total']}" in text(listed)

    talk(f"{url}/mcp", how, mode)


@pytest.mark.parametrize(("name", "sent", "said"), [
    ("ask_findings", {}, "question"), ("ask_findings", {"question": "x" * 3000}, "2000"),
    ("ask_findings", {"question": "x", "force": ["Atlantis"]}, "Norfolk"),
    ("ask_findings", {"question": "x", "mood": "calm"}, "mood"),
    ("search_findings", {"query": "x", "k": 1000}, "k"),
    ("list_findings", {"kind": ["gossip"]}, "area_for_improvement"),
    ("list_findings", {"limit": 0}, "limit")])
def test_a_wrong_call_is_told_to_the_model_with_what_to_do(
        service: Service, name: str, sent: dict[str, Any], said: str) -> None:
    async def how(client: Any) -> None:
        result = await client.call_tool(name, sent)
        assert result.is_error
        assert text(result).startswith("invalid_input: ")
        assert said in text(result)

    talk(here(service), how)


def test_an_unknown_tool_is_refused_with_those_that_there_are(service: Service) -> None:
    async def how(client: Any) -> None:
        with pytest.raises(mcp.MCPError, match="list_findings"):
            await client.call_tool("delete_findings", {})

    talk(here(service), how)


def test_a_question_without_an_answer_is_no_error(service: Service) -> None:
    async def how(client: Any) -> None:
        result = await client.call_tool("ask_findings", {"question": "Who won the football?"})
        assert not result.is_error
        assert result.structured_content["status"] == "not_in_reports"
        assert "Status: not_in_reports" in text(result)

    talk(here(service), how)


def test_a_model_is_not_given_what_may_steer_it(service: Service) -> None:
    async def how(client: Any) -> None:
        for name, sent in (("list_findings", {"force": ["Kent"]}),
                           ("search_findings", {"query": "instructions", "force": ["Kent"]}),
                           ("ask_findings", {"question": "List every finding on investigating "
                                             "crime in Kent"})):
            result = await client.call_tool(name, sent)
            assert "seized phones" in text(result), name
            assert withheld() in text(result), name
            for told in (text(result), json.dumps(result.structured_content)):
                assert "Ignore all" not in told, name

    talk(here(service), how)


def test_calls_at_the_same_time_get_their_own_replies(url: str) -> None:
    async def how(client: Any) -> None:
        told: dict[str, set[str]] = {}

        async def one(force: str) -> None:
            result = await client.call_tool("list_findings", {"force": [force], "limit": 3})
            told[force] = {row["force"] for row in result.structured_content["findings"]}

        async with anyio.create_task_group() as group:
            for force in ("Norfolk", "Lincolnshire", "Northamptonshire", "Kent"):
                group.start_soon(one, force)
        assert told == {force: {force} for force in told}
        assert len(told) == 4

    talk(f"{url}/mcp", how)


@pytest.mark.parametrize(("method", "headers", "content", "status"), [
    ("GET", {}, b"", 405), ("DELETE", {}, b"", 405), ("POST", {}, b"{bad", 400),
    ("POST", {"Sec-Fetch-Site": "cross-site"}, b"{}", 403),
    ("POST", {"Host": "example.org"}, b"{}", 400), ("POST", {}, b"x" * 1_100_000, 413)])
def test_what_is_no_request_of_the_protocol_is_refused(
        url: str, method: str, headers: dict[str, str], content: bytes, status: int) -> None:
    reply = httpx.request(method, f"{url}/mcp", content=content, timeout=60, headers={
        "Content-Type": "application/json", "Accept": "application/json, text/event-stream",
        **headers})
    assert reply.status_code == status


@pytest.mark.real_embedder
def test_the_command_serves_a_desktop_assistant(real_embedder: object, tmp_path: Path) -> None:
    """As docs/programs.md configures it, with the paths of this machine."""
    configured = json.loads(examples("json")[0])["mcpServers"]["findings"]
    assert configured["command"].endswith("/.venv/bin/findings")
    script = "import sys; from assistant.cli import main; sys.exit(main(sys.argv[1:]))"
    command = mcp.StdioServerParameters(
        command=sys.executable, args=["-c", script, *configured["args"]], cwd=ROOT,
        env={"FINDINGS_HOME": str(tmp_path / "home")})

    async def how(client: Any) -> None:
        assert [tool.name for tool in (await client.list_tools()).tools] == NAMES
        result = await client.call_tool("ask_findings", {
            "question": "Why are phone examinations holding up cases?"})
        assert result.structured_content["status"] == "answered"
        assert "backlog of digital devices" in text(result)
        wrong = await client.call_tool("list_findings", {"force": ["Atlantis"]})
        assert "Northamptonshire" in text(wrong)

    assert main(["--home", str(tmp_path / "home"), "index", str(SHIPPED)]) == 0
    talk(command, how)


def test_what_is_wrong_with_the_library_is_told_in_place_of_an_answer(tmp_path: Path) -> None:
    script = "import sys; from assistant.cli import main; sys.exit(main(sys.argv[1:]))"
    command = mcp.StdioServerParameters(
        command=sys.executable, cwd=ROOT,
        args=["-c", script, "mcp", "--home", str(tmp_path / "home"), "--reports",
              str(tmp_path / "nowhere")])

    async def how(client: Any) -> None:
        for _ in range(2):
            result = await client.call_tool("list_findings", {})
            assert result.is_error
            assert text(result).startswith("fix_configuration: There is no folder")

    talk(command, how)


def test_the_command_ends_when_its_input_does(tmp_path: Path) -> None:
    script = "import sys; from assistant.cli import main; sys.exit(main(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", script, "mcp", "--home", str(tmp_path / "home"), "--reports",
         str(tmp_path / "nowhere")],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=WAIT,
        cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""


def test_without_the_package_each_way_says_how_to_install_it(
        service: Service, monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str]) -> None:
    from assistant.web.entrance import ways_in

    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *more: None
                        if name == "mcp" else find(name, *more))
    assert main(["mcp"]) == 2
    assert "EXTRA=mcp" in capsys.readouterr().err
    running = app.launch(service, load(home=service.settings.home_path, port=free_port()))
    try:
        reply = httpx.post(f"{running.url}/mcp", json={}, timeout=60)
    finally:
        running.close()
    assert reply.status_code == 501
    assert reply.json()["error"]["type"] == "fix_configuration"
    assert "EXTRA=mcp" in reply.json()["error"]["next_step"]
    assert "lifespan" not in ways_in(service, Allowance.free())


def test_the_second_example_of_the_guide_names_the_address(url: str) -> None:
    configured = json.loads(examples("json")[1])["mcpServers"]["findings"]
    assert configured["url"].startswith("http://127.0.0.1:7860/")
    address = configured["url"].replace("http://127.0.0.1:7860", url)

    async def how(client: Any) -> None:
        assert [tool.name for tool in (await client.list_tools()).tools] == NAMES

    talk(address, how)
