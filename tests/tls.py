"""A city's own certificate, and a program of the loopback passed on by TLS, as a proxy does."""

from __future__ import annotations

import asyncio
import datetime
import ipaddress
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PART_BYTES = 1 << 16


def certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1 with its key, in one file; whoever trusts it trusts nobody else."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    path = folder / "both.pem"
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    pem = serialization.Encoding.PEM
    path.write_bytes(key.private_bytes(pem, form, plain) + made.public_bytes(pem))
    return path


@contextmanager
def passed_on(port: int, both: Path) -> Iterator[int]:
    """The port on which the program that listens at ``port`` is reached by TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    loop, ready, found = asyncio.new_event_loop(), threading.Event(), list[asyncio.Server]()

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.CancelledError):
            inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", port)
            await asyncio.gather(_pump(reader, inner_writer), _pump(inner_reader, writer))

    async def listen() -> None:
        server = await asyncio.start_server(one, "127.0.0.1", 0, ssl=context)
        found.append(server)
        ready.set()

    def run() -> None:
        loop.create_task(listen())
        loop.run_forever()

    threading.Thread(target=run, daemon=True).start()
    assert ready.wait(10)
    try:
        yield found[0].sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(_end(found[0]), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)


async def _end(server: asyncio.Server) -> None:
    server.close()
    # Whoever had just called is let in, and cancelled with the others.
    await asyncio.sleep(0.1)
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while part := await reader.read(PART_BYTES):
            writer.write(part)
            await writer.drain()
    finally:
        writer.close()
