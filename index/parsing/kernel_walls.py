"""What Linux itself refuses to a worker, also when the machine code of a parser has been taken over.

Every wall is tried and done without where the system has none or forbids to build it; the audit hook stands anyway.
Source: landlock(7), unshare(2), capset(2); numbers from linux/landlock.h, linux/sched.h, linux/capability.h.
"""

import ctypes
import os
import struct
import sys
from contextlib import suppress
from pathlib import Path

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_PR_SET_NO_NEW_PRIVS = 38
# The same on every processor: they are younger than the common numbering.
_SYS_LANDLOCK_CREATE_RULESET = 444
_SYS_LANDLOCK_ADD_RULE = 445
_SYS_LANDLOCK_RESTRICT_SELF = 446
_LANDLOCK_ASK_VERSION = 1
_LANDLOCK_PATH_BENEATH = 1
_EXECUTE = 1 << 0
# Write, remove and make anything; then by version: move between folders, truncate, talk to devices.
_WRITE = {1: 1 << 1 | 0b1_1111_1111 << 4, 2: 1 << 13, 3: 1 << 14, 5: 1 << 15}
_CONNECT_OR_BIND_TCP = 0b11
_SIGNAL_OR_ABSTRACT_SOCKET = 0b11
_CAPABILITY_VERSION_3 = 0x20080522
_READ_ANY_FILE = 1 << 2


def build_walls(folder: Path) -> None:
    """Cut the network off, give up every power of root but reading, and allow to write below `folder` only."""
    if not sys.platform.startswith("linux"):
        return
    libc = ctypes.CDLL(None, use_errno=True)
    _leave_network(libc)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    # An older C library without the call, or a kernel without the wall.
    with suppress(AttributeError, OSError):
        _forbid_writing(libc, folder)


def _leave_network(libc: ctypes.CDLL) -> None:
    """Enter a network without any device, not even loopback."""
    if os.geteuid() == 0:
        # In a user namespace root could no longer read what belongs to others; it needs none to leave the network.
        libc.unshare(_CLONE_NEWNET)
        header = struct.pack("=Ii", _CAPABILITY_VERSION_3, 0)
        libc.capset(header, struct.pack("=6I", _READ_ANY_FILE, _READ_ANY_FILE, 0, 0, 0, 0))
    else:
        libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)


def _forbid_writing(libc: ctypes.CDLL, folder: Path) -> None:
    version = libc.syscall(_SYS_LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), _LANDLOCK_ASK_VERSION)
    if version < 1:
        return
    write = sum(rights for since, rights in _WRITE.items() if since <= version)
    handled = struct.pack("=Q", write | _EXECUTE)
    if version >= 4:
        handled += struct.pack("=Q", _CONNECT_OR_BIND_TCP)
    if version >= 6:
        handled += struct.pack("=Q", _SIGNAL_OR_ABSTRACT_SOCKET)
    ruleset = libc.syscall(_SYS_LANDLOCK_CREATE_RULESET, handled, ctypes.c_size_t(len(handled)), 0)
    if ruleset < 0:
        return
    parent = os.open(folder, os.O_PATH | os.O_CLOEXEC)
    rule = struct.pack("=Qi", write, parent)
    if libc.syscall(_SYS_LANDLOCK_ADD_RULE, ruleset, _LANDLOCK_PATH_BENEATH, rule, 0) == 0:
        libc.syscall(_SYS_LANDLOCK_RESTRICT_SELF, ruleset, 0)
    os.close(parent)
    os.close(ruleset)
