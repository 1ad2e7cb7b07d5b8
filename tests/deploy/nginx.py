"""nginx with the configuration of deploy/, on loopback ports of its own."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import signal
import ssl
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import httpx

from tests.shelves import free_port

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
BINARY = shutil.which("nginx") or (
    "/usr/sbin/nginx" if Path("/usr/sbin/nginx").exists() else None)
MISSING = "nginx is not installed: install nginx-light to run this test"

_FRAME = """
daemon off;
{user}
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log notice;
events {{ worker_connections 512; }}
http {{
    log_format which '$request_method $uri $status $upstream_addr';
    access_log {folder}/access.log which;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/upstream.conf;
    include {folder}/site.conf;
}}
"""


class Nginx:
    """The configuration of deploy/ in front of ``apps`` (ports on this computer), over TLS with a
    certificate of its own."""

    def __init__(self, folder: Path, apps: Sequence[int]) -> None:
        assert BINARY is not None
        self.folder, self.port, self.plain = folder, free_port(), free_port()
        folder.mkdir(parents=True)
        self._certify()
        site = (DEPLOY / "nginx.conf").read_text("utf-8")
        for old, new in (("/etc/nginx/tls/", f"{folder}/"), ("listen 80;",
                         f"listen 127.0.0.1:{self.plain};"), ("listen 443 ssl",
                         f"listen 127.0.0.1:{self.port} ssl")):
            assert old in site
            site = site.replace(old, new)
        (folder / "site.conf").write_text(re.sub(r"(?m)^\s*listen \[::\].*$", "", site))
        upstream = (DEPLOY / "nginx-upstream.conf").read_text("utf-8")
        lines = iter(apps)
        upstream, count = re.subn(r"127\.0\.0\.1:\d+", lambda _: f"127.0.0.1:{next(lines)}",
                                  upstream)
        assert count == len(apps)
        (folder / "upstream.conf").write_text(upstream)
        (folder / "nginx.conf").write_text(_FRAME.format(
            folder=folder,
            # Its workers have to reach a folder that is whoever's runs this.
            user="user root;" if os.geteuid() == 0 else ""))
        self.start()

    def start(self) -> None:
        """Start it, also once more after ``kill``, and wait until it answers."""
        assert BINARY is not None
        # A session of its own, so that it can be killed with its workers and nothing else.
        self._process = subprocess.Popen([BINARY, "-c", str(self.folder / "nginx.conf")],
                                         stderr=subprocess.PIPE, text=True,
                                         start_new_session=True)
        self._wait()

    def kill(self) -> None:
        """End it and its workers at once, as a power cut would."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._end()

    def _certify(self) -> None:
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
             "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout",
             str(self.folder / "findings.key"), "-out", str(self.folder / "findings.crt")],
            check=True, capture_output=True)

    def _wait(self) -> None:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            if self._process.poll() is not None:
                assert self._process.stderr is not None
                raise AssertionError(self._process.stderr.read())
            try:
                httpx.get(f"http://127.0.0.1:{self.plain}/", timeout=2)
            except httpx.TransportError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError("nginx did not start")

    @property
    def url(self) -> str:
        """The address that people would use."""
        return f"https://localhost:{self.port}"

    def browser(self) -> httpx.Client:
        """Somebody who keeps cookies and says so as browsers do."""
        return self.program({"Sec-Fetch-Mode": "cors", "Sec-Fetch-Site": "same-origin"})

    def program(self, headers: dict[str, str] | None = None) -> httpx.Client:
        """Something that keeps what it is told to keep."""
        return httpx.Client(base_url=self.url, verify=self._trusted(), headers=headers,
                            timeout=30, trust_env=False)

    def status(self, path: str) -> int:
        """The status of a path that is sent as it stands, which browsers would tidy first."""
        asking = http.client.HTTPSConnection("localhost", self.port, timeout=20,
                                             context=self._trusted())
        try:
            asking.request("GET", path)
            return asking.getresponse().status
        finally:
            asking.close()

    def _trusted(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.folder / "findings.crt"))

    def seen(self) -> list[str]:
        """A line for each request: method, path, status, which app."""
        return (self.folder / "access.log").read_text("utf-8").splitlines()

    def close(self) -> None:
        """Stop it."""
        self._process.terminate()
        self._end()

    def _end(self) -> None:
        self._process.wait(timeout=20)
        if self._process.stderr is not None:
            self._process.stderr.close()
