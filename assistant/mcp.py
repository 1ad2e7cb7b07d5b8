"""The calls of programs as tools of the Model Context Protocol, over HTTP and over stdio."""

from __future__ import annotations

import importlib.metadata
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

import anyio
from anyio.to_thread import run_sync
from mcp import types
from mcp.server import Server, ServerRequestContext
from mcp.server.stdio import stdio_server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.shared.exceptions import MCPError
from pydantic import BaseModel
from starlette.types import Receive, Scope, Send

from assistant.access.who import visit
from assistant.answer import Status
from assistant.citing import text_of
from assistant.exchange import (
    AskCall,
    AskReply,
    ListCall,
    ListReply,
    Problem,
    Reply,
    SearchCall,
    SearchReply,
)
from assistant.operating.asking import asked_by
from assistant.programs import Programs, answered, called
from prompts import wording

# Calls that run at the same time.
_AT_ONCE = 8
_MOST_BYTES = 1_000_000
# Nothing is changed, and nothing outside the library is asked.
_READS = types.ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True,
                               open_world_hint=False)


@dataclass(frozen=True, slots=True)
class _Tool:
    """A tool: its call and reply, and what does the work, which stops when the event is set."""

    call: type[BaseModel]
    reply: type[BaseModel]
    work: Callable[[Programs, Mapping[str, Any], threading.Event], Reply]


_TOOLS = {
    "ask": _Tool(AskCall, AskReply, lambda programs, sent, stop:
                 programs.ask(called(AskCall, sent), stop)),
    "search": _Tool(SearchCall, SearchReply, lambda programs, sent, _:
                    programs.search(called(SearchCall, sent))),
    "list": _Tool(ListCall, ListReply, lambda programs, sent, _:
                  programs.list(called(ListCall, sent)))}


def tools() -> list[types.Tool]:
    """The tools as clients see them: ask_findings, search_findings, list_findings."""
    words = wording("programs")
    return [types.Tool(
        name=f"{name}_findings", title=words["models"]["titles"][name],
        description=f"{words['calls'][name]} {words['models']['caution']}",
        input_schema=_inlined(tool.call.model_json_schema()),
        output_schema=tool.reply.model_json_schema(mode="serialization"), annotations=_READS)
        for name, tool in _TOOLS.items()]


def server(programs: Callable[[], Programs],
           count: Callable[[object], None] = lambda _: None) -> Server[dict[str, Any]]:
    """A server of the tools. ``programs`` gives what they work over, made for models; ``count``
    takes the HTTP request of a call (None over stdio) before it works. Both may raise a
    ``FindingsError``; they are called from other threads, for each call."""
    listed = types.ListToolsResult(tools=tools())
    named = {tool.name: work for tool, work in zip(listed.tools, _TOOLS.values(), strict=True)}
    limiter: list[anyio.CapacityLimiter] = []

    async def list_tools(_: ServerRequestContext[dict[str, Any]],
                         __: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        return listed

    async def call_tool(context: ServerRequestContext[dict[str, Any]],
                        params: types.CallToolRequestParams) -> types.CallToolResult:
        tool = named.get(params.name)
        if tool is None:
            raise MCPError(types.INVALID_PARAMS, f"There is no tool {params.name[:100]!r}. The "
                           f"tools are {', '.join(named)}.")
        if not limiter:
            limiter.append(anyio.CapacityLimiter(_AT_ONCE))
        stop = threading.Event()

        def work() -> Reply:
            count(context.request)
            with asked_by(visit(context.request).key):
                return tool.work(programs(), params.arguments or {}, stop)

        try:
            reply = await run_sync(lambda: answered(work), abandon_on_cancel=True,
                                   limiter=limiter[0])
        finally:
            # Where the client has gone, nobody waits for the answer any more.
            stop.set()
        return _result(reply, _page(context))

    return Server("findings", version=importlib.metadata.version("findings"), title="Findings",
                  instructions=wording("programs")["models"]["instructions"],
                  on_list_tools=list_tools, on_call_tool=call_tool)


def _result(reply: Reply | Problem, page: str) -> types.CallToolResult:
    """A reply as text that a model can quote and as data; a problem as text that says its type
    and what to do."""
    if isinstance(reply, Problem):
        text = f"{reply.type}: {reply.text}"
        return types.CallToolResult(content=[types.TextContent(type="text", text=text)],
                                    is_error=True)
    failed = isinstance(reply, AskReply) and reply.status is Status.ERROR
    return types.CallToolResult(
        content=[types.TextContent(type="text", text=text_of(reply, page))],
        structured_content=reply.model_dump(mode="json"), is_error=failed)


def _page(context: ServerRequestContext[dict[str, Any]]) -> str:
    """The address of the page that was asked; none over stdio, where no page runs."""
    return "" if context.request is None else str(context.request.base_url)


def _inlined(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema without references and generated titles: some clients follow none."""
    parts = schema.get("$defs", {})

    def plain(node: Any) -> Any:
        if isinstance(node, list):
            return [plain(one) for one in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            return plain(parts[node["$ref"].rpartition("/")[2]])
        return {key: plain(value) for key, value in node.items()
                if key != "$defs" and not (key == "title" and isinstance(value, str))}

    return dict(plain(schema))


class Endpoint:
    """The tools over streamable HTTP. Each request stands for itself: there are no sessions."""

    def __init__(self, programs: Programs, count: Callable[[object], None]) -> None:
        self._manager = StreamableHTTPSessionManager(
            server(lambda: programs, count), json_response=True, stateless=True,
            max_request_body_size=_MOST_BYTES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self._manager.handle_request(scope, receive, send)

    def lifespan(self, _: object) -> AbstractAsyncContextManager[None]:
        """What has to be open while requests are answered."""
        return self._manager.run()


def serve_stdio(programs: Callable[[], Programs]) -> None:
    """Serve the tools over standard input and output until the input ends."""

    async def serving() -> None:
        tools_server = server(programs)
        async with stdio_server() as (reading, writing):
            await tools_server.run(reading, writing, tools_server.create_initialization_options())

    anyio.run(serving)
