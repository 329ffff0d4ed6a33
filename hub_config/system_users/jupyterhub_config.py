"""JupyterHub for one host where everybody has an account of the operating system.

    OPENBIS_URL=https://openbis.example.org jupyterhub -f hub_config/system_users/jupyterhub_config.py

People's servers run under their own accounts, so nobody reads anybody else's files. Only the hub can start
them, so it runs as root (or use systemdspawner or sudospawner, see below); the service does not.

Before the first start:

    useradd --system --home-dir /var/lib/openbis-nb --create-home openbis-nb
    install -d -m 755 /srv/jupyterhub-certificates

An account is named as the hub names the person: the openBIS user id in lower case. Who has none gets the
message that the server could not be started.
"""

import os
import sys
from pathlib import Path

from openbis_nb.hub.configure import configure

c = get_config()  # noqa: F821 (JupyterHub puts it here)
site = os.environ.get

configure(
    c,
    openbis_url=os.environ["OPENBIS_URL"],
    openbis_public_url=site("OPENBIS_NB_PUBLIC_URL", ""),
    server_aliases=site("OPENBIS_NB_SERVER_ALIASES", "").split(","),
    ca_bundle=site("OPENBIS_NB_CA_BUNDLE", ""),
    # The merged CAs, for every account to read: data_dir is closed to them.
    ca_folder=site("OPENBIS_NB_CA_FOLDER", "/srv/jupyterhub-certificates"),
    data_dir=site("OPENBIS_NB_HUB_DATA", "/var/lib/jupyterhub"),
    database_url=site("OPENBIS_NB_HUB_DATABASE", ""),
    service_url=site("OPENBIS_NB_SERVICE_URL", "http://127.0.0.1:10910"),
    # Nothing of openbis-nb needs root: the service runs under this account and keeps launches in its home.
    service_user=site("OPENBIS_NB_SERVICE_USER", "openbis-nb"),
    service_data_dir=site("OPENBIS_NB_SERVICE_DATA", "/var/lib/openbis-nb"),
    # Eight hours without use, three days in all.
    cull_idle_after=float(site("OPENBIS_NB_CULL_IDLE_AFTER", "28800")),
    cull_max_age=float(site("OPENBIS_NB_CULL_MAX_AGE", "259200")),
    json_logs=site("OPENBIS_NB_HUB_JSON_LOGS", "") == "1",
)

# Who may come in: everybody with a role in openBIS, or one of the lists (see docs/how-to/jupyterhub.md).
c.OpenBISAuthenticator.allow_all = True

# The hub listens to nginx on this host only (hub_config/nginx.conf); people come by https.
c.JupyterHub.bind_url = site("OPENBIS_NB_HUB_URL", "http://127.0.0.1:8000")
c.JupyterHub.public_url = site("OPENBIS_NB_HUB_PUBLIC_URL", "")
c.ConfigurableHTTPProxy.command = [site("OPENBIS_NB_HUB_PROXY", "configurable-http-proxy")]

# People's servers: processes under their own accounts, in their own homes. With memory and CPU limits:
# pip install jupyterhub-systemdspawner, and spawner_class = "systemd".
c.JupyterHub.spawner_class = "jupyterhub.spawner.LocalProcessSpawner"
c.Spawner.notebook_dir = "~"
# An environment that every account can read: not one in somebody's home.
c.Spawner.cmd = [str(Path(sys.executable).with_name("jupyterhub-singleuser"))]
# Kernels speak with their server through sockets in the person's own files. Without this they use ports of
# the host, where every account can read along what is run and shown. In a home with a path of more than 28
# characters such sockets would be too long: set JUPYTER_RUNTIME_DIR to a short folder of the person's own.
c.Spawner.args = ["--KernelManager.transport=ipc"]
# JupyterLab's settings for whoever has chosen nothing: no question about news at the first start. Without
# this line, or with other values in jupyter/labconfig/, it is asked. Every account must be able to read it.
c.Spawner.environment["JUPYTER_CONFIG_PATH"] = str(Path(__file__).absolute().parents[1] / "jupyter")
