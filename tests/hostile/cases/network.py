"""The network, of every kind."""

from __future__ import annotations

from tests.hostile.corpus import tries

CONNECT = """
def connect(kind, address, data=b"hostile"):
    with socket.socket(*kind) as s:
        s.settimeout(0.3)
        s.connect(address)
        s.send(data)
"""
KINDS = """
kinds = dict(raw=(2, 3, 1), icmp=(2, 2, 1), packet=(17, 3, 0), netlink=(16, 3, 0), alg=(38, 5, 0), vsock=(40, 1, 0),
             bluetooth=(31, 5, 1), can=(29, 3, 1), tipc=(30, 1, 0), xdp=(44, 3, 0), key=(15, 3, 2), unix=(1, 5, 0))
for kind in kinds.values():
    attempt(lambda: socket.socket(*kind).fileno())
"""
PAIRS = """
# a pair of datagram sockets is not on the network, but reaches named sockets all the same
for kind in (socket.SOCK_DGRAM, socket.SOCK_SEQPACKET, socket.SOCK_RAW):
    try:
        one, other = socket.socketpair(socket.AF_UNIX, kind)
    except OSError:
        continue
    for name in ("unix_datagram", "abstract_datagram", "unix", "abstract"):
        attempt(one.sendto, b"hostile", getattr(world, name))
one, other = socket.socketpair()
for name in ("unix", "abstract", "unix_datagram", "tcp"):
    attempt(one.sendto, b"hostile", 0x20000000, getattr(world, name))
"""
OWN_SOCKET = """
own = server()._connection
for name in ("unix", "abstract", "unix_datagram"):
    attempt(own.connect, getattr(world, name))
    attempt(own.sendto, b"hostile", getattr(world, name))
attempt(own.sendmsg, [b"hostile"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, struct.pack("i", own.fileno()))])
attempt(own.getpeername)
attempt(own.setsockopt, socket.SOL_SOCKET, socket.SO_SNDBUFFORCE, 1 << 30)
attempt(own.getsockopt, socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
"""
LIBRARIES = """
import asyncio, http.client, multiprocessing.connection, urllib.request, xmlrpc.client, ftplib, smtplib, logging.handlers
host, port = world.tcp
attempt(urllib.request.urlopen, f"http://{host}:{port}/", timeout=0.3)
attempt(http.client.HTTPConnection(host, port, timeout=0.3).connect)
attempt(multiprocessing.connection.Client, (host, port))
attempt(multiprocessing.connection.Client, world.unix)
attempt(ftplib.FTP, timeout=0.3, host=host)
attempt(smtplib.SMTP, host, port, timeout=0.3)
attempt(lambda: socket.create_connection((host, port), 0.3))
attempt(lambda: socket.create_server(("127.0.0.1", 0)))
logging.handlers.SysLogHandler(world.udp)
"""
ASYNC = """
import asyncio
try:
    await asyncio.open_connection(*world.tcp)
    breach("asyncio")
except OSError:
    pass
"""
RING = """
parameters = ctypes.create_string_buffer(120)
attempt(syscall, "io_uring_setup", 8, parameters)
"""
NAMES = """
attempt(socket.getaddrinfo, "chainrule.invalid", 80)
attempt(socket.gethostbyname, "chainrule.invalid")
query = struct.pack(">HHHHHH", 7, 0x100, 1, 0, 0, 0) + b"\\7hostile\\7invalid\\0" + struct.pack(">HH", 1, 1)
attempt(lambda: connect((socket.AF_INET, socket.SOCK_DGRAM), world.udp, query))
"""
C_LIBRARY = """
descriptor = libc.socket(2, 1, 0)
address = struct.pack("=H", 2) + struct.pack(">H", world.tcp[1]) + bytes([127, 0, 0, 1]) + bytes(8)
if descriptor >= 0 and libc.connect(descriptor, address, len(address)) == 0:
    breach("connected")
    libc.send(descriptor, b"hostile", 7, 0)
libc.rcmd(ctypes.byref(ctypes.c_char_p(b"127.0.0.1")), world.tcp[1], b"a", b"a", b"a", 0)
"""
FAST_OPEN = """
with socket.socket() as s:
    attempt(s.sendto, b"hostile", 0x20000000, world.tcp)
"""
ALL = ("tcp", "udp", "unix", "unix_datagram", "abstract", "abstract_datagram")
FAMILY = {"tcp": "(2, 1)", "udp": "(2, 2)", "unix": "(1, 1)", "unix_datagram": "(1, 2)", "abstract": "(1, 1)",
          "abstract_datagram": "(1, 2)", "tcp6": "(10, 1)", "udp6": "(10, 2)"}  # fmt: skip
CASES = [
    *(
        tries(
            name,
            CONNECT,
            f"attempt(lambda: connect({family}, world.{name}))",
            representative=name in ("tcp", "abstract"),
        )
        for name, family in FAMILY.items()
    ),
    tries("kinds-of-sockets", KINDS),
    tries("pairs-of-sockets", PAIRS, representative=True),
    tries("the-graders-own-socket", OWN_SOCKET),
    tries("through-libraries", LIBRARIES),
    tries("asyncio", ASYNC),
    tries("ring", RING),
    tries("host-names", CONNECT, NAMES),
    tries("the-c-library", C_LIBRARY),
    tries("fast-open", FAST_OPEN),
    tries(
        "in-a-call",
        CONNECT,
        answers={
            "f": f"def f(x):\n    for name in {ALL!r}:\n        for kind in ((2, 1), (2, 2), (1, 1), (1, 2)):\n"
            "            try:\n                connect(kind, getattr(world, name), str(x).encode())\n"
            "                return 'BRE' + 'ACH'\n            except (OSError, TypeError):\n                pass\n"
            "    return -1.0"
        },
    ),
]
