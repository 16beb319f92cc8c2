"""The quick CRC is the slow one."""

from hypothesis import given
from hypothesis import strategies as st

from narrator.encoding.crc import crc16


def slow(content: bytes, crc: int = 0) -> int:
    """CRC-16/ARC, bit by bit."""
    for byte in content:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_as_the_slow_one_in_one_go_and_in_two(one: bytes, two: bytes) -> None:
    assert crc16(one) == slow(one)
    assert crc16(two, crc16(one)) == slow(one + two)


def test_check_value_of_the_catalogue() -> None:
    assert crc16(b"123456789") == 0xBB3D
