"""JupyterHub in a container that gives each person a container (DockerSpawner).

Used by docker/compose.sandbox.yaml and docker/compose.openbis.yaml, which say what each variable is for.
The hub starts containers through Docker's socket, which is as much as root on the host: give the host no
other duty, or put a filtering proxy in front of the socket.
"""

import os

from openbis_nb.hub.configure import configure

c = get_config()  # noqa: F821 (JupyterHub puts it here)
site = os.environ.get

# The hub's name in the network that it shares with people's containers.
hub = site("OPENBIS_NB_HUB_NAME", "hub")
certificates = "/etc/openbis-nb/certificates"

# Whose word on the address of a visitor is believed, who opens a public link: Docker's own networks.
os.environ.setdefault("OPENBIS_NB_SERVICE_PROXIES", "127.0.0.1,172.16.0.0/12")

configure(
    c,
    openbis_url=os.environ["OPENBIS_URL"],
    openbis_public_url=site("OPENBIS_NB_PUBLIC_URL", ""),
    server_aliases=site("OPENBIS_NB_SERVER_ALIASES", "").split(","),
    # A volume: databases and two keys.
    data_dir=site("OPENBIS_NB_HUB_DATA", "/srv/hub/data"),
    database_url=site("OPENBIS_NB_HUB_DATABASE", ""),
    # The merged CAs lie on a volume that people's containers see, too, at another place.
    ca_bundle=site("OPENBIS_NB_CA_BUNDLE", ""),
    ca_folder="/srv/hub/certificates",
    ca_bundle_in_servers=f"{certificates}/ca-bundle.pem" if site("OPENBIS_NB_CA_BUNDLE") else "",
    # By the hub's name, because people's containers fetch launches there; browsers come through the proxy.
    service_url=f"http://{hub}:10910",
    cull_idle_after=float(site("OPENBIS_NB_CULL_IDLE_AFTER", "28800")),
    cull_max_age=float(site("OPENBIS_NB_CULL_MAX_AGE", "259200")),
    json_logs=True,
)

# Who may come in: everybody with a role in openBIS, or one of the lists (see docs/how-to/jupyterhub.md).
c.OpenBISAuthenticator.allow_all = True

# The proxy is a container of its own, so that people's work goes on while the hub is replaced. Its token
# is in CONFIGPROXY_AUTH_TOKEN of both.
c.ConfigurableHTTPProxy.should_start = False
c.ConfigurableHTTPProxy.api_url = site("OPENBIS_NB_PROXY_API", "http://proxy:8001")
c.JupyterHub.cleanup_servers = False
c.JupyterHub.bind_url = "http://:8000"
c.JupyterHub.public_url = site("OPENBIS_NB_HUB_PUBLIC_URL", "")
# The hub's own port, for the proxy and for people's containers.
c.JupyterHub.hub_ip = "0.0.0.0"  # noqa: S104
c.JupyterHub.hub_connect_ip = hub

# People's servers: containers of an image with openbis-nb, JupyterLab, and Python and R kernels.
c.JupyterHub.spawner_class = "dockerspawner.DockerSpawner"
c.DockerSpawner.image = site("OPENBIS_NB_USER_IMAGE", "openbis-nb-user:0.1.0")
c.DockerSpawner.network_name = site("OPENBIS_NB_NETWORK", "openbis-nb")
c.DockerSpawner.remove = True
c.DockerSpawner.mem_limit = site("OPENBIS_NB_USER_MEMORY", "4G")
c.DockerSpawner.notebook_dir = "/person"
c.DockerSpawner.volumes = {
    "openbis-nb-home-{username}": "/person",
    "openbis-nb-certificates": {"bind": certificates, "mode": "ro"},
}
# The openBIS session is kept in memory, never on the volume; and the container has no rights on the host.
c.DockerSpawner.extra_host_config = {
    "tmpfs": {"/person/.pybis": "mode=0700,uid=1000,gid=1000"},
    "cap_drop": ["ALL"],
    "security_opt": ["no-new-privileges"],
}
