"""Addresses that nobody may make us fetch, as a table: the address, and what its name would lead to.

``{port}`` is that of a server on 127.0.0.1 and ::1, which gives a notebook to whoever reaches it.
"""

from __future__ import annotations

__all__ = ["HOSTILE", "LEADING_INSIDE"]

_THIS_MACHINE = [
    "http://localhost:{port}/a.ipynb",
    "https://localhost/a.ipynb",
    "http://localhost/x.ipynb",
    "localhost:{port}/a.ipynb",
    "localhost",
    "http://LOCALHOST:{port}/a.ipynb",
    "http://LocalHost.:{port}/a.ipynb",
    "http://foo.localhost:{port}/a.ipynb",
    "http://a.b.localhost./a.ipynb",
    "http://localhost.localdomain:{port}/a.ipynb",
    "http://ip6-localhost:{port}/a.ipynb",
    "http://ip6-loopback:{port}/a.ipynb",
    "http://127.0.0.1:{port}/a.ipynb",
    "https://127.0.0.1:{port}/a.ipynb",
    "http://127.0.0.1.:{port}/a.ipynb",
    "http://127.0.0.2:{port}/a.ipynb",
    "http://127.255.255.254:{port}/a.ipynb",
    "http://0.0.0.0:{port}/a.ipynb",
    "http://0.1.2.3:{port}/a.ipynb",
    "http://[::1]:{port}/a.ipynb",
    "http://[::]:{port}/a.ipynb",
    "http://[0:0:0:0:0:0:0:1]:{port}/a.ipynb",
    "http://[0000:0000:0000:0000:0000:0000:0000:0001]:{port}/a.ipynb",
]
_IPV4_IN_DISGUISE = [
    "http://2130706433:{port}/a.ipynb",  # decimal
    "http://0x7f000001:{port}/a.ipynb",  # hexadecimal
    "http://0X7F000001:{port}/a.ipynb",
    "http://017700000001:{port}/a.ipynb",  # octal
    "http://0177.0.0.1:{port}/a.ipynb",
    "http://0x7f.0.0.1:{port}/a.ipynb",
    "http://0x7f.0x0.0x0.0x1:{port}/a.ipynb",
    "http://127.1:{port}/a.ipynb",  # short
    "http://127.0.1:{port}/a.ipynb",
    "http://0:{port}/a.ipynb",
    "http://0x0:{port}/a.ipynb",
    "http://127.0.0.01:{port}/a.ipynb",  # zeros in front: octal for some readers
    "http://127.000.000.001:{port}/a.ipynb",
    "http://10.0.0.010:{port}/a.ipynb",
    "http://127.0.0.0x1:{port}/a.ipynb",
    "http://4294967297:{port}/a.ipynb",  # one more than 32 bits
    "http://127.0.0.1.1:{port}/a.ipynb",
    "http://256.0.0.1:{port}/a.ipynb",
    "http://425.510.425.510/a.ipynb",
    "http://2852039166/latest/meta-data/",  # 169.254.169.254
    "http://0xA9FEA9FE/latest/meta-data/",
    "http://0xa9.0xfe.0xa9.0xfe/latest/meta-data/",
    "http://0251.0376.0251.0376/latest/meta-data/",
    "http://169.254.43518/latest/meta-data/",
]
_NETWORKS = [
    "http://10.0.0.1/a.ipynb",
    "https://10.255.255.255/a.ipynb",
    "http://172.16.0.1/a.ipynb",
    "http://172.31.255.255/a.ipynb",
    "http://192.168.0.1/a.ipynb",
    "http://100.64.0.1/a.ipynb",  # a provider's own network
    "http://100.127.255.255/a.ipynb",
    "http://169.254.0.1/a.ipynb",
    "http://169.254.169.254/latest/meta-data/iam/security-credentials/",
    "http://169.254.170.2/v2/credentials",
    "http://100.100.100.200/latest/meta-data/",  # Alibaba
    "http://168.63.129.16/machine?comp=goalstate",  # Azure, under an address that looks public
    "http://192.0.0.192/opc/v2/instance/",  # Oracle
    "http://192.0.2.1/a.ipynb",
    "http://192.88.99.1/a.ipynb",
    "http://198.18.0.1/a.ipynb",
    "http://198.51.100.1/a.ipynb",
    "http://203.0.113.1/a.ipynb",
    "http://224.0.0.1/a.ipynb",
    "http://239.255.255.250/a.ipynb",
    "http://240.0.0.1/a.ipynb",
    "http://255.255.255.255/a.ipynb",
]
_IPV6 = [
    "http://[::ffff:127.0.0.1]:{port}/a.ipynb",  # mapped
    "http://[::ffff:7f00:1]:{port}/a.ipynb",
    "http://[0:0:0:0:0:ffff:10.0.0.1]/a.ipynb",
    "http://[::ffff:a9fe:a9fe]/latest/meta-data/",
    "http://[::127.0.0.1]:{port}/a.ipynb",  # compatible, of old
    "http://[2002:7f00:1::]/a.ipynb",  # 6to4
    "http://[2002:a9fe:a9fe::1]/a.ipynb",
    "http://[64:ff9b::127.0.0.1]/a.ipynb",  # NAT64
    "http://[64:ff9b::a9fe:a9fe]/a.ipynb",
    "http://[64:ff9b:1::a00:1]/a.ipynb",
    "http://[2001:0:4136:e378:8000:63bf:80ff:fffe]/a.ipynb",  # Teredo to 127.0.0.1
    "http://[2a00:1450::5efe:7f00:1]/a.ipynb",  # ISATAP
    "http://[fc00::1]/a.ipynb",
    "http://[fd00:ec2::254]/latest/meta-data/",
    "http://[fe80::1]/a.ipynb",
    "http://[fe80::1%25eth0]/a.ipynb",  # with a zone
    "http://[fe80::1%eth0]/a.ipynb",
    "http://[::1%25lo]:{port}/a.ipynb",
    "http://[fec0::1]/a.ipynb",
    "http://[ff02::1]/a.ipynb",
    "http://[2001:db8::1]/a.ipynb",
    "http://[100::1]/a.ipynb",
    "http://[5f00::1]/a.ipynb",
]
_NAMES = [
    "http://metadata.google.internal/computeMetadata/v1/",
    "http://metadata/computeMetadata/v1/",
    "http://instance-data/latest/meta-data/",
    "http://kubernetes.default.svc/api",
    "http://kubernetes.default.svc.cluster.local/api",
    "http://host.docker.internal:{port}/a.ipynb",
    "http://printer.local/a.ipynb",
    "http://wiki.intranet/a.ipynb",
    "http://router.lan/a.ipynb",
    "http://nas.home.arpa/a.ipynb",
    "http://intern/a.ipynb",
    "http://hub:{port}/a.ipynb",
    "http://expyuzz4wqqyqhjn.onion/a.ipynb",
]
_READ_IN_TWO_WAYS = [
    "http://93.184.216.34/lab/repo/blob/main/../../../other/repo/raw/main/a.ipynb",
    "http://93.184.216.34/lab/repo/blob/main/%2e%2e/%2E./.%2e/other/repo/raw/main/a.ipynb",
    "http://93.184.216.34/lab/repo/blob/main/%2e%2e%2f%2e%2e%2fa.ipynb",
    "http://93.184.216.34/lab/..;/a.ipynb",
    "http://example.org@127.0.0.1:{port}/a.ipynb",
    "http://127.0.0.1:{port}@example.org/a.ipynb",
    "http://user:password@example.org/a.ipynb",
    "http://@127.0.0.1:{port}/a.ipynb",
    "http://example.org\\@127.0.0.1:{port}/a.ipynb",
    "http://127.0.0.1:{port}\\.example.org/a.ipynb",
    "http:\\\\127.0.0.1:{port}\\a.ipynb",
    "http://127.0.0.1%2f@example.org/a.ipynb",
    "http://%31%32%37.0.0.1:{port}/a.ipynb",  # percent-encoded host
    "http://127.0.0.1%00.example.org/a.ipynb",
    "http://localhost%2eexample.org/a.ipynb",
    "http://127.0.0.1:{port}%20.example.org/a.ipynb",
    "http://127.0.0.1:80:{port}/a.ipynb",
    "http://[::1]{port}/a.ipynb",
    "http://[::1/a.ipynb",
    "http://[127.0.0.1]:{port}/a.ipynb",
    "http://example.org /a.ipynb",
    "http://127.0.0.1\t:{port}/a.ipynb",
    "http://example.org/a.ipynb\r\nHost: 127.0.0.1",
    "http://exa\u200bmple.org/a.ipynb",
    "http:///127.0.0.1:{port}/a.ipynb",
    "http://",
    "http://./a.ipynb",
    "http://..127.0.0.1:{port}/a.ipynb",
    "http://127.0.0.1..:{port}/a.ipynb",
    "http://-example.org/a.ipynb",
    "http://*.example.org/a.ipynb",
]
_CHARACTERS_FOR_OTHERS = [
    "http://\uff11\uff12\uff17.0.0.1:{port}/a.ipynb",  # full-width digits
    "http://\u2460\u2461\u2466.\u24ea.\u24ea.\u2460:{port}/a.ipynb",  # digits in circles
    "http://127\u30020\u30020\u30021:{port}/a.ipynb",  # ideographic full stops
    "http://127\uff0e0\uff0e0\uff0e1:{port}/a.ipynb",
    "http://\uff4cocalhost:{port}/a.ipynb",
    "http://\u24db\u24de\u24d2\u24d0\u24db\u24d7\u24de\u24e2\u24e3:{port}/a.ipynb",
    "http://loc\u00adalhost:{port}/a.ipynb",  # a hyphen that is not seen
    "http://\u0661\u0662\u0667.0.0.1:{port}/a.ipynb",  # Arabic digits
    "http://example\u2044.org/a.ipynb",
]
_OTHER_SCHEMES = [
    "file:///etc/passwd",
    "file://localhost/etc/passwd",
    "ftp://example.org/a.ipynb",
    "gopher://127.0.0.1:6379/_FLUSHALL",
    "dict://127.0.0.1:11211/stats",
    "ldap://127.0.0.1/",
    "data:application/json,{{}}",
    "javascript:alert(1)",
    "ssh://git@example.org/a.git",
    "git://127.0.0.1/a.git",
    "git@github.com:o/r.git",
    "unix:/run/docker.sock",
    "http+unix://%2Frun%2Fdocker.sock/a",
    "jar:http://127.0.0.1!/a",
    "view-source:http://localhost/",
    "blob:http://localhost/1",
    "http:127.0.0.1:{port}/a.ipynb",
    "http:/127.0.0.1:{port}/a.ipynb",
    "//127.0.0.1:{port}/a.ipynb",
    "/etc/passwd",
    "",
]
_PORTS = [
    "http://93.184.216.34:22/a.ipynb",
    "http://93.184.216.34:25/a.ipynb",
    "https://93.184.216.34:139/a.ipynb",
    "http://93.184.216.34:2375/containers/json",
    "http://93.184.216.34:3306/a.ipynb",
    "http://93.184.216.34:5432/a.ipynb",
    "http://93.184.216.34:6379/a.ipynb",
    "http://93.184.216.34:6667/a.ipynb",
    "http://93.184.216.34:10250/pods",
    "http://93.184.216.34:11211/a.ipynb",
    "http://93.184.216.34:0/a.ipynb",
    "http://93.184.216.34:65536/a.ipynb",
    "http://93.184.216.34:-80/a.ipynb",
    "http://93.184.216.34:\u0668\u0660/a.ipynb",
]

HOSTILE = [
    *_THIS_MACHINE,
    *_IPV4_IN_DISGUISE,
    *_NETWORKS,
    *_IPV6,
    *_NAMES,
    *_READ_IN_TWO_WAYS,
    *_CHARACTERS_FOR_OTHERS,
    *_OTHER_SCHEMES,
    *_PORTS,
]

#: Harmless names, and the addresses that their owner lets them lead to.
LEADING_INSIDE = [
    ["127.0.0.1"],
    ["::1"],
    ["10.1.2.3"],
    ["192.168.1.1"],
    ["172.20.0.1"],
    ["100.64.7.7"],
    ["169.254.169.254"],
    ["fd00:ec2::254"],
    ["fe80::1"],
    ["fe80::1%eth0"],
    ["::ffff:127.0.0.1"],
    ["::ffff:169.254.169.254"],
    ["64:ff9b::7f00:1"],
    ["2002:7f00:1::1"],
    ["0.0.0.0"],
    ["::"],
    ["224.0.0.1"],
    ["240.0.0.1"],
    ["255.255.255.255"],
    ["168.63.129.16"],
    ["93.184.216.34", "127.0.0.1"],  # one good, one bad
    ["127.0.0.1", "93.184.216.34"],
    ["2606:2800:220:1::1", "10.0.0.1"],
    ["not an address"],
]
