"""The subscriber's computer: its processes, files and settings, and its way onto the network."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.sim import atlas, profile, spaces
from tests.sim.authority import hashed_name
from tests.sim.complaint import LabError
from tests.sim.country import DISK
from tests.sim.scenario import FOLDER, Computer, Scenario
from tests.sim.stage import Stage, environment, wait_until
from tests.sim.toolchain import cache, kept_in_home
from tests.sim.traffic import program

_LEASE = "/var/lib/dhcp/dhclient.{}.leases"
_TRUSTED = "/etc/ssl/certs/ca-certificates.crt"
_HOSTS = "127.0.0.1\tlocalhost\n127.0.1.1\tsubscriber\n::1\tlocalhost ip6-localhost ip6-loopback\n"
# sockets by which a program would hear of the real machine's network instead of the lab's
_OF_THE_MACHINE = ("/run/dbus", "/run/NetworkManager", "/run/systemd/resolve", "/run/systemd/netif")
_DHCLIENT = """\
timeout {timeout};
retry 2;
initial-interval 1;
backoff-cutoff 2;
request subnet-mask, broadcast-address, routers, domain-name, domain-name-servers, interface-mtu,
  ntp-servers, host-name;
"""
_HOOK = "/etc/dhcp/dhclient-enter-hooks.d/by-hand"


def environ(scenario: Scenario) -> dict[str, str]:
    """Variables that a command in the client gets on top of its own."""
    values = {"FIRSTHOP_PROVIDER": profile.PATH}
    for key in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"):
        values[key] = _TRUSTED
    if address := _proxy(scenario):
        values |= {"http_proxy": address, "https_proxy": address}
    return values


def _proxy(scenario: Scenario) -> str:
    places = {"none": "", "working": atlas.PROXY, "broken": scenario.home.address(DISK)}
    place = places[scenario.computer.proxy]
    return f"http://{place}:3128" if place else ""


class Subscriber:
    """Process, mount and network namespaces of the client; `pid` is its first process."""

    def __init__(self, stage: Stage, root_certificate: Path) -> None:
        self._stage = stage
        self._files = stage.folder / "client"
        for name in ("etc", "work", "dhcp"):
            (self._files / name).mkdir(parents=True)
        self._root_certificate = root_certificate
        self._processes: list[subprocess.Popen[bytes]] = []
        self.pid = 0

    # ---- the computer itself

    def switch_on(self, scenario: Scenario) -> None:
        """Make the computer: files as a fresh Debian has them, nothing of the lab in sight."""
        self._prepare_files(scenario)
        reader, writer = os.pipe()
        helper = os.fork()
        if helper == 0:
            self._become_first_process(writer)
        os.close(writer)
        with os.fdopen(reader) as told:
            self.pid = int(told.readline() or "0")
        os.waitpid(helper, 0)
        covered = Path(f"/proc/{self.pid}/root{_files_sign()}")
        if not self.pid or not wait_until(covered.exists, 5):
            fault = self._files / "fault"
            why = fault.read_text(encoding="utf-8")
            raise LabError(f"The lab could not make the subscriber's computer: {why}.")

    def _prepare_files(self, scenario: Scenario) -> None:
        etc = self._files / "etc"
        certificates = etc / "ssl" / "certs"
        certificates.mkdir(parents=True)
        machine = Path(_TRUSTED)
        known = machine.read_text(encoding="ascii") if machine.exists() else ""
        own = self._root_certificate.read_text(encoding="ascii")
        (certificates / "ca-certificates.crt").write_text(known + own, encoding="ascii")
        (certificates / hashed_name(self._root_certificate)).write_text(own, encoding="ascii")
        (etc / "resolv.conf").write_text("", encoding="ascii")
        (etc / "firsthop").mkdir()
        (etc / "firsthop" / "provider.toml").write_text(
            profile.text(scenario.plan), encoding="utf-8"
        )

    def _become_first_process(self, writer: int) -> None:
        spaces.join(self._stage.network("client"), spaces.NEW_NET)
        spaces.unshare(spaces.NEW_MOUNT | spaces.NEW_PID)
        first = os.fork()
        if first:
            os.write(writer, f"{first}\n".encode())
            os._exit(0)
        # opened now: the mounts hide the lab's programs and files from here on
        enter = os.open(self._stage.tools.enter, os.O_RDONLY | os.O_CLOEXEC)
        fault = os.open(self._files / "fault", os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC)
        try:
            os.setsid()
            self._mount_everything()
            with Path("/dev/null").open("rb+") as nowhere:
                for standard in (0, 1, 2):
                    os.dup2(nowhere.fileno(), standard)
            os.execve(enter, ["init", "-R"], environment())  # noqa: S606 - its path is hidden by now
        except OSError as broken:
            os.write(fault, f"{broken}".encode())
        finally:
            os._exit(1)

    def _mount_everything(self) -> None:
        spaces.keep_mounts_private()
        folder = self._files
        layers = f"lowerdir=/etc,upperdir={folder / 'etc'},workdir={folder / 'work'}"
        spaces.mount("overlay", Path("/etc"), "overlay", 0, layers)
        spaces.bind(folder / "dhcp", Path("/var/lib/dhcp"))
        spaces.mount("proc", Path("/proc"), "proc")
        spaces.mount("sysfs", Path("/sys"), "sysfs")
        for name in _OF_THE_MACHINE:
            if Path(name).is_dir():
                spaces.cover(Path(name))
        spaces.cover(FOLDER)
        spaces.cover(cache())
        kept_in_home().mkdir()
        spaces.mount("none", kept_in_home(), "tmpfs", 0, "mode=700,size=64m")
        Path(_files_sign()).touch()

    # ---- its settings

    def inside(self, command: list[str]) -> list[str]:
        """The command line that runs `command` on the computer."""
        return [str(self._stage.tools.enter), "-t", str(self.pid), "--", *command]

    def run(self, command: list[str], text: str = "") -> str:
        """Run to its end; what it printed, or `failed:` and what it complained of."""
        done = subprocess.run(
            self.inside(command),
            input=text,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
            env=environment(),
        )
        return done.stdout if done.returncode == 0 else f"failed: {done.stderr}"

    def _start(self, command: list[str]) -> None:
        with (self._stage.folder / "client.log").open("ab") as log:
            self._processes.append(
                subprocess.Popen(
                    self.inside(command),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    env=environment(),
                    start_new_session=True,
                )
            )

    def write(self, path: str, text: str) -> None:
        """Put a file on the computer."""
        Path(f"/proc/{self.pid}/root{path}").write_text(text, encoding="utf-8")

    def configure(self, scenario: Scenario) -> None:
        """Take on the scenario's settings, from any earlier ones; join the network."""
        computer, interface = scenario.computer, scenario.hop.name
        self._stop_programs(interface)
        self.write("/etc/hosts", _HOSTS + "".join(f"{line}\n" for line in computer.hosts))
        disk = {"by-address": scenario.home.address(DISK), "by-name": "disk.lan"}
        share = disk.get(computer.disk, "")
        fstab = f"//{share}/films /mnt/films cifs guest,noauto 0 0\n" if share else ""
        self.write("/etc/fstab", fstab)
        address = _proxy(scenario)
        proxies = f"http_proxy={address}\nhttps_proxy={address}\n" if address else ""
        self.write("/etc/environment", proxies)
        self.run(["ip", "link", "set", "lo", "up"])
        self.run(["ip", "link", "set", interface, "up"])
        if computer.address:
            self._set_by_hand(computer, interface, scenario.home.router)
        else:
            self._ask_for_lease(scenario)
        if computer.vpn != "none":
            self._connect_vpn(scenario.home.router)
        if computer.busy != "none":
            for _ in range(2):
                self._start(program(computer.busy))
        if not computer.default_route:
            self.run(["ip", "-4", "route", "flush", "default"])
        if not computer.adapter:
            self.run(["ip", "link", "set", interface, "down"])

    def _stop_programs(self, interface: str) -> None:
        for process in self._processes:
            process.kill()
            process.wait()
        self._processes = []
        self.run(["sh", "-c", "kill $(cat /var/lib/dhcp/dhclient.pid)"])
        self.run(["ip", "-4", "addr", "flush", "dev", interface])

    def _set_by_hand(self, computer: Computer, interface: str, router: str) -> None:
        resolvers = computer.resolvers or (router,)
        gateway = computer.gateway or router
        lines = [f"addr add {computer.address} brd + dev {interface}"]
        lines.append(f"route replace default via {gateway} dev {interface} onlink metric 100")
        self.run(["ip", "-batch", "-"], "\n".join(lines) + "\n")
        self.write("/etc/resolv.conf", "".join(f"nameserver {r}\n" for r in resolvers))
        self._write_interfaces(
            f"iface {interface} inet static\n\taddress {computer.address}\n\tgateway {gateway}\n"
            f"\tdns-nameservers {' '.join(resolvers)}\n",
            interface,
        )

    def _write_interfaces(self, stanza: str, interface: str) -> None:
        self.run(["mkdir", "-p", "/etc/network"])
        head = f"auto lo\niface lo inet loopback\n\nallow-hotplug {interface}\n"
        self.write("/etc/network/interfaces", head + stanza)

    def _ask_for_lease(self, scenario: Scenario) -> None:
        interface = scenario.hop.name
        served = scenario.router.dhcp or scenario.others.dhcp_server != "none"
        offered = served and scenario.hop.carrier
        config = _DHCLIENT.format(timeout=10 if offered else 3)
        self._write_interfaces(f"iface {interface} inet dhcp\n", interface)
        self.run(["mkdir", "-p", str(Path(_HOOK).parent)])
        self.write("/etc/dhcp/dhclient.conf", config)
        self._type_resolvers(scenario.computer.resolvers)
        lease = _LEASE.format(interface)
        # a metric as NetworkManager gives one, so that a VPN's default route can come first
        ask = ["dhclient", "-4", "-q", "-lf", lease, "-pf", "/var/lib/dhcp/dhclient.pid"]
        ask += ["-e", "IF_METRIC=100"]
        got = self.run([*ask, "-1", interface])
        if got.startswith("failed"):
            # what Debian does then (avahi-autoipd); the client goes on asking
            if scenario.hop.carrier:
                alone = f"addr add 169.254.77.12/16 brd + dev {interface} scope link"
                self.run(["ip", *alone.split()])
            self._start([*ask, "-d", interface])

    def _type_resolvers(self, resolvers: tuple[str, ...]) -> None:
        """Resolvers typed in by hand stay: Debian's usual hook keeps the offered ones out."""
        if resolvers:
            self.write(_HOOK, "make_resolv_conf() { :; }\n")
            self.write("/etc/resolv.conf", "".join(f"nameserver {r}\n" for r in resolvers))
        else:
            self.run(["rm", "-f", _HOOK])

    def _connect_vpn(self, router: str) -> None:
        tunnel, network = str(self._stage.tools.tunnel), str(self._stage.network("client"))
        command = [tunnel, network, "tun0", "0.0.0.0", "51820", atlas.VPN_SERVER]
        with (self._stage.folder / "vpn.log").open("ab") as log:
            started = subprocess.Popen(
                [*command, "51820"], stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        self._processes.append(started)
        present = lambda: "tun0" in self.run(["ip", "-br", "link", "show", "tun0"])  # noqa: E731
        wait_until(present, 3)
        lines = [
            "link set tun0 mtu 1420 up",
            "addr add 10.66.0.2/24 dev tun0",
            f"route add {atlas.VPN_SERVER} via {router}",
            "route add default dev tun0 metric 50",
        ]
        self.run(["ip", "-force", "-batch", "-"], "\n".join(lines) + "\n")

    def address(self) -> str:
        """The computer's IPv4 address, or an empty text."""
        shown = self.run(["ip", "-4", "-br", "addr", "show", "scope", "global"]).split()
        return next((word.split("/")[0] for word in shown if word.count(".") == 3), "")


def _files_sign() -> str:
    return f"{cache()}/.covered"
