"""Which network addresses may be connected to: public ones, and the private networks an operator has named."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

NEVER = tuple(
    ip_network(name)
    for name in (
        "169.254.169.254/32",  # credentials of cloud machines: AWS, Azure, Google, Alibaba, Tencent
        "169.254.170.2/32",
        "100.100.100.200/32",
        "168.63.129.16/32",
        "fd00:ec2::254/128",
        "0.0.0.0/8",
        "::/128",
        "255.255.255.255/32",
    )
)
NAT64 = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"))
COMPATIBLE = ip_network("::/96")
NOT_PUBLIC = tuple(
    ip_network(name)
    for name in (
        "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4", "::1/128", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16",
        "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
    )
)  # fmt: skip
"""The registries of special addresses, written out so that they do not depend on the version of Python."""


class Refused(OSError):
    """The address is not one that may be connected to."""


class AddressRules:
    """What an operator allows. allow_nets: networks such as 10.20.0.0/16, comma-separated. Raises ValueError."""

    def __init__(self, allow_nets: str = "", ports: str = "80,443"):
        self.allowed: Sequence[Network] = tuple(ip_network(net.strip()) for net in allow_nets.split(",") if net.strip())
        self.ports = frozenset(int(port) for port in ports.split(",") if port.strip())

    def check_port(self, port: int | None) -> bool:
        """Whether this port may be asked."""
        return port in self.ports

    def check(self, host: str) -> None:
        """host: an address, never a name. Raises Refused."""
        try:
            address = ip_address(host.partition("%")[0])
        except ValueError:
            raise Refused(f"{host} is no address") from None
        for meant in _meanings(address):
            self._check_one(meant)

    def _check_one(self, address: Address) -> None:
        if _within(address, NEVER):
            raise Refused("never reachable from here")
        if _within(address, self.allowed):
            return
        if _within(address, NOT_PUBLIC) or not address.is_global or address.is_multicast:
            raise Refused("not a public address")


def _within(address: Address, networks: Sequence[Network]) -> bool:
    return any(address.version == network.version and address in network for network in networks)


def _meanings(address: Address) -> list[Address]:
    """The address and the IPv4 address written inside it, as mapped, compatible, 6to4, Teredo and NAT64 ones have."""
    if isinstance(address, IPv4Address):
        return [address]
    if address.ipv4_mapped is not None:
        return [address.ipv4_mapped]  # the very same as the plain one
    if any(address in network for network in NAT64):
        return [IPv4Address(int(address) & 0xFFFFFFFF)]
    if address.sixtofour is not None:
        return [address.sixtofour]
    if address.teredo is not None:
        return [address, *address.teredo]
    if address in COMPATIBLE and int(address) > 1:
        return [IPv4Address(int(address) & 0xFFFFFFFF)]
    return [address]
