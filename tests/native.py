"""Watches the network below Python: libraries in C and C++ look names up and connect past it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

NEEDED = "needs Linux and a C compiler (cc)"

# Laid before the C library: what would leave this machine is written down and refused.
SOURCE = r"""
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void note(const char *what) {
    const char *path = getenv("NATIVE_LOG");
    FILE *log = path ? fopen(path, "a") : NULL;
    if (log) { fprintf(log, "%s\n", what); fclose(log); }
}

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
                struct addrinfo **found) {
    static int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    char own[256] = "";
    unsigned char address[16];
    if (!real) real = dlsym(RTLD_NEXT, "getaddrinfo");
    gethostname(own, sizeof own - 1);
    if (node && *node && strcmp(node, "localhost") && strcmp(node, own)
        && inet_pton(AF_INET, node, address) != 1 && inet_pton(AF_INET6, node, address) != 1) {
        note(node);
        return EAI_FAIL;
    }
    return real(node, service, hints, found);
}

int connect(int socket, const struct sockaddr *to, socklen_t length) {
    static int (*real)(int, const struct sockaddr *, socklen_t);
    char text[INET6_ADDRSTRLEN] = "";
    if (!real) real = dlsym(RTLD_NEXT, "connect");
    if (to && to->sa_family == AF_INET) {
        const struct in_addr *address = &((const struct sockaddr_in *)to)->sin_addr;
        if (ntohl(address->s_addr) >> 24 != 127) inet_ntop(AF_INET, address, text, sizeof text);
    } else if (to && to->sa_family == AF_INET6) {
        const struct in6_addr *address = &((const struct sockaddr_in6 *)to)->sin6_addr;
        if (!IN6_IS_ADDR_LOOPBACK(address)) inet_ntop(AF_INET6, address, text, sizeof text);
    }
    if (*text) { note(text); errno = ENETUNREACH; return -1; }
    return real(socket, to, length);
}
"""


def available() -> bool:
    """Whether the watch can be built here."""
    return sys.platform == "linux" and shutil.which("cc") is not None


def watching(folder: Path) -> dict[str, str]:
    """Environment of a child process in which such attempts fail and are written to
    ``NATIVE_LOG``, one a line. Needs ``available``; raises CalledProcessError where the compiler
    fails."""
    source, library = folder / "watch.c", folder / "watch.so"
    source.write_text(SOURCE)
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", str(library), str(source), "-ldl"],
                   check=True, capture_output=True)
    return {"LD_PRELOAD": str(library), "NATIVE_LOG": str(folder / "native")}


def attempts(environment: dict[str, str]) -> list[str]:
    """The names and addresses that were tried, in order."""
    path = Path(environment["NATIVE_LOG"])
    return path.read_text().splitlines() if path.exists() else []
