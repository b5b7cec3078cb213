"""
Pushes the markers of `npm run bridge` into the Lab Streaming Layer, as a stream of the type "Markers" with one string a sample, the code.

    pip install pylsl
    python3 lsl.py [--port 9000] [--name NES]

It listens for OSC on 127.0.0.1, where the bridge sends it by default. A sample's time is when the marker was due: the clock of LSL when it
came, less what the bridge says that it was late by.
"""

import argparse
import socket
import struct
import sys
from typing import NamedTuple

ADDRESS = "/nes/marker"
TYPES = ",iiff"


class Marker(NamedTuple):
    code: int
    """1 to 255."""
    number: int
    """Rises by one a marker; a gap is a packet that was lost."""
    late: float
    """Milliseconds after its moment at which the bridge sent it."""
    uncertainty: float
    """Milliseconds by which that moment may be wrong."""


def text_at(packet: bytes, start: int) -> tuple[str, int]:
    """A string of OSC and where the next thing begins. ValueError: it has no end, or is no ASCII."""
    end = packet.index(b"\0", start)
    return packet[start:end].decode("ascii"), end + 4 - end % 4


def read_marker(packet: bytes) -> Marker:
    """One packet of the bridge. ValueError: it is something else."""
    address, at = text_at(packet, 0)
    if address != ADDRESS:
        raise ValueError(f"the address is {address!r}, not {ADDRESS}")
    types, at = text_at(packet, at)
    if types != TYPES:
        raise ValueError(f"the types are {types!r}, not {TYPES}")
    if len(packet) != at + 16:
        raise ValueError(f"it has {len(packet)} bytes, not {at + 16}")
    marker = Marker(*struct.unpack_from(">iiff", packet, at))
    if not 1 <= marker.code <= 255 or not 0 <= marker.late < float("inf"):
        raise ValueError(f"it says {marker}")
    return marker


def main() -> None:
    words = argparse.ArgumentParser(description="Markers of npm run bridge as an LSL stream")
    words.add_argument("--port", type=int, default=9000, help="of the OSC, as the bridge has it")
    words.add_argument("--name", default="NES", help="of the stream")
    given = words.parse_args()
    try:
        import pylsl
    except ImportError:
        sys.exit("pylsl is not installed: pip install pylsl")

    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", given.port))
    outlet = pylsl.StreamOutlet(
        pylsl.StreamInfo(given.name, "Markers", 1, pylsl.IRREGULAR_RATE, "string", f"nes-bridge-{given.port}")
    )
    print(f"stream {given.name}, OSC at 127.0.0.1:{udp.getsockname()[1]}", flush=True)
    last = 0
    while True:
        packet = udp.recv(2048)
        came = pylsl.local_clock()
        try:
            marker = read_marker(packet)
        except ValueError as error:
            print(f"a packet is no marker: {error}", file=sys.stderr, flush=True)
            continue
        outlet.push_sample([str(marker.code)], came - marker.late / 1000)
        if last and marker.number > last + 1:
            print(f"{marker.number - last - 1} markers were lost", file=sys.stderr, flush=True)
        last = marker.number


if __name__ == "__main__":
    main()
